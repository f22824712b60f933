package dev.deed.server.serving;

import dev.deed.Generation;
import dev.deed.Ticket;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.RequestLog;
import dev.deed.server.http.RequestLog.Followed;
import dev.deed.speech.TranscriptionListener.Progress;
import dev.deed.value.Drafts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Spans by OpenTelemetry's SDK, as its variables say. Names are those of its conventions for HTTP
 * and for generative models, others begin with {@code deed.}.
 */
final class OpenTelemetryTraces implements Traces {
  private static final Map<String, String> USUAL =
      Map.of(
          "otel.service.name", "deed",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private static final Map<String, String> OPERATIONS =
      Map.of("/v1/chat/completions", "chat", "/v1/completions", "text_completion");

  private static final ContextKey<Usage> USAGE = ContextKey.named("deed");
  private static final long MOST_FAREWELL_SECONDS = 2;

  private static final TextMapGetter<Exchange> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Exchange exchange) {
          return List.of();
        }

        @Override
        public @Nullable String get(@Nullable Exchange exchange, String key) {
          return exchange == null ? null : exchange.header(key);
        }
      };

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  /**
   * @throws RuntimeException when a variable says what cannot be
   * @throws LinkageError where the SDK is not on the class path
   */
  OpenTelemetryTraces() {
    sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> USUAL)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk();
    tracer = sdk.getTracer("dev.deed.server");
  }

  /** What the answers of a request took. Belongs to its thread. */
  private static final class Usage {
    private long promptTokens;
    private long tokens;
    private long run;
    private long possible;
    private final List<String> finishes = new ArrayList<>();

    void add(Generation answer, int prompt) {
      promptTokens += prompt;
      answer.sequences().forEach(sequence -> tokens += sequence.tokens().size());
      run += answer.layersRun();
      possible += answer.layersPossible();
    }

    void tell(Span span) {
      span.setAttribute("gen_ai.usage.input_tokens", promptTokens);
      span.setAttribute("gen_ai.usage.output_tokens", tokens);
      span.setAttribute("deed.layers_run", run);
      span.setAttribute("deed.layers_possible", possible);
      span.setAttribute(AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"), finishes);
    }
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // by what this gives
  public Followed request(Exchange exchange, String endpoint) {
    if (!exchange.method().equals("POST")) {
      return Followed.NOT;
    }
    Context parent =
        sdk.getPropagators().getTextMapPropagator().extract(Context.root(), exchange, HEADERS);
    Span span =
        tracer
            .spanBuilder("POST " + endpoint)
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", "POST")
            .setAttribute("http.route", endpoint)
            .setAttribute("url.path", exchange.path())
            .setAttribute("url.scheme", "http")
            .setAttribute("deed.request_id", exchange.id())
            .startSpan();
    Usage usage = new Usage();
    Scope scope = parent.with(span).with(USAGE, usage).makeCurrent();
    return () -> {
      scope.close();
      end(span, exchange, usage, OPERATIONS.getOrDefault(endpoint, "generate_content"));
    };
  }

  private static void end(Span span, Exchange exchange, Usage usage, String operation) {
    int code = exchange.isLeft() ? RequestLog.CLIENT_LEFT : exchange.status();
    span.setAttribute("http.response.status_code", code);
    if (code >= 400) {
      span.setAttribute("error.type", Integer.toString(code));
    }
    if (code >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    if (!exchange.model().isEmpty()) {
      span.setAttribute("gen_ai.operation.name", operation);
      span.setAttribute("gen_ai.provider.name", "deed");
      span.setAttribute("gen_ai.request.model", exchange.model());
      usage.tell(span);
    }
    span.end();
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // by what this gives
  public Followed stage(String name) {
    Span span = tracer.spanBuilder(name).startSpan();
    Scope scope = span.makeCurrent();
    return () -> {
      scope.close();
      span.end();
    };
  }

  @Override
  public Asked asked(Ticket ticket, long submitted) {
    Usage usage = Context.current().get(USAGE);
    if (usage == null) {
      return Traces.OFF.asked(ticket, submitted);
    }
    long begin = now() - (System.nanoTime() - submitted);
    AtomicLong ended = new AtomicLong();
    ticket.result().whenComplete((_, _) -> ended.set(now()));
    return (answer, promptTokens) -> {
      usage.add(answer, promptTokens);
      usage.finishes.add(answer.finish().name().toLowerCase(Locale.ROOT));
      // Whoever waited may be told before the one that looks at the clock.
      stages(answer, begin, ended.get() == 0 ? now() : ended.get());
    };
  }

  /** Waiting is what the others leave; all of it is told as if it came first. */
  private void stages(Generation answer, long begin, long end) {
    long decoding = Math.max(begin, end - nanos(answer.timing().decodeMillis()));
    long encoding = Math.max(begin, decoding - nanos(answer.timing().encodeMillis()));
    long reading = Math.max(begin, encoding - nanos(answer.timing().preprocessMillis()));
    begin("queue", begin).end(reading, TimeUnit.NANOSECONDS);
    begin("read", reading).end(encoding, TimeUnit.NANOSECONDS);
    begin("encode", encoding).end(decoding, TimeUnit.NANOSECONDS);
    Span span = begin("decode", decoding).setAllAttributes(attributes(answer));
    Drafts drafts = answer.drafts();
    if (drafts != null) {
      Attributes verified =
          Attributes.builder()
              .put("deed.verifications", drafts.verifications())
              .put("deed.drafted", drafts.drafted())
              .put("deed.accepted", drafts.accepted())
              .build();
      span.addEvent("deed.verified", verified, end, TimeUnit.NANOSECONDS);
    }
    span.end(end, TimeUnit.NANOSECONDS);
  }

  private Span begin(String name, long at) {
    return tracer.spanBuilder(name).setStartTimestamp(at, TimeUnit.NANOSECONDS).startSpan();
  }

  /** Of exits: how many tokens each layer emitted, from the first one on. */
  private static Attributes attributes(Generation answer) {
    int last = answer.exitLayers().stream().mapToInt(Integer::intValue).max().orElse(0);
    long[] emitted = new long[last];
    answer.exitLayers().forEach(layer -> emitted[Math.max(1, layer) - 1]++);
    return Attributes.builder()
        .put("gen_ai.usage.output_tokens", answer.tokens().size())
        .put("deed.layers_run", answer.layersRun())
        .put("deed.layers_possible", answer.layersPossible())
        .put("deed.head_lookups", answer.headLookups())
        .put("deed.exit_layers", emitted)
        .build();
  }

  @Override
  public boolean window(Progress progress) {
    Usage usage = Context.current().get(USAGE);
    Attributes told = Attributes.empty();
    if (usage != null && progress.window() != null) {
      Generation answer = progress.window().answer();
      usage.add(answer, 0);
      told = attributes(answer);
    }
    Span.current()
        .addEvent(
            "deed.window",
            told.toBuilder().put("deed.done_seconds", progress.doneSeconds()).build());
    return true;
  }

  private static long nanos(double millis) {
    return Math.round(millis * 1e6);
  }

  /** In nanoseconds since 1970. */
  private static long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  @Override
  public void close() {
    sdk.shutdown().join(MOST_FAREWELL_SECONDS, TimeUnit.SECONDS);
  }
}
