package dev.deed.server.serving;

import dev.deed.Generation;
import dev.deed.Ticket;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.RequestLog;
import dev.deed.speech.TranscriptionListener.Progress;
import dev.deed.value.Drafts;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
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
import java.io.Closeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Spans by OpenTelemetry's SDK, under the names of its conventions for HTTP and for models. */
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

  private final OpenTelemetrySdk sdk =
      AutoConfiguredOpenTelemetrySdk.builder()
          .addPropertiesSupplier(() -> USUAL)
          .disableShutdownHook()
          .build()
          .getOpenTelemetrySdk();
  private final Tracer tracer = sdk.getTracer("dev.deed.server");

  /** What the answers of a request took, told by its span. Belongs to its thread. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Usage(Span span, long[] sums) {
    void add(Generation answer, int promptTokens) {
      span.setAttribute("gen_ai.usage.input_tokens", sums[0] += promptTokens);
      span.setAttribute("gen_ai.usage.output_tokens", sums[1] += answer.tokens().size());
      span.setAttribute("deed.layers_run", sums[2] += answer.layersRun());
      span.setAttribute("deed.layers_possible", sums[3] += answer.layersPossible());
    }
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // by what this gives
  public Closeable request(Exchange exchange, String endpoint) {
    if (!exchange.method().equals("POST")) {
      return () -> {};
    }
    Context caller =
        sdk.getPropagators().getTextMapPropagator().extract(Context.root(), exchange, HEADERS);
    Span span =
        tracer
            .spanBuilder("POST " + endpoint)
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", "POST")
            .setAttribute("http.route", endpoint)
            .setAttribute("deed.request_id", exchange.id())
            .startSpan();
    Scope scope = caller.with(span).with(USAGE, new Usage(span, new long[4])).makeCurrent();
    return () -> {
      scope.close();
      int code = exchange.isLeft() ? RequestLog.CLIENT_LEFT : exchange.status();
      span.setAttribute("http.response.status_code", code);
      if (code >= 400) {
        span.setAttribute("error.type", Integer.toString(code));
        span.setStatus(code >= 500 ? StatusCode.ERROR : StatusCode.UNSET);
      }
      if (!exchange.model().isEmpty()) {
        String operation = OPERATIONS.getOrDefault(endpoint, "generate_content");
        span.setAttribute("gen_ai.operation.name", operation);
        span.setAttribute("gen_ai.provider.name", "deed");
        span.setAttribute("gen_ai.request.model", exchange.model());
      }
      span.end();
    };
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // by what this gives
  public Closeable stage(String name) {
    Span span = tracer.spanBuilder(name).startSpan();
    Scope scope = span.makeCurrent();
    return () -> {
      scope.close();
      span.end();
    };
  }

  @Override
  public ObjIntConsumer<Generation> asked(Ticket ticket, long submitted) {
    Usage usage = Context.current().get(USAGE);
    if (usage == null) {
      return OFF.asked(ticket, submitted);
    }
    long begin = now() - (System.nanoTime() - submitted);
    AtomicLong ended = new AtomicLong();
    ticket.result().whenComplete((_, _) -> ended.set(now()));
    return (answer, promptTokens) -> {
      usage.add(answer, promptTokens);
      // Whoever waited may be told before the one that looks at the clock.
      addStages(answer, begin, ended.get() == 0 ? now() : ended.get());
    };
  }

  /** Waiting is what the others leave; all of it is told as if it came first. */
  private void addStages(Generation answer, long begin, long end) {
    long decoding = before(end, answer.timing().decodeMillis(), begin);
    long encoding = before(decoding, answer.timing().encodeMillis(), begin);
    long reading = before(encoding, answer.timing().preprocessMillis(), begin);
    begun("queue", begin).end(reading, TimeUnit.NANOSECONDS);
    begun("read", reading).end(encoding, TimeUnit.NANOSECONDS);
    begun("encode", encoding).end(decoding, TimeUnit.NANOSECONDS);
    Span span = begun("decode", decoding).setAllAttributes(attributes(answer).build());
    Drafts drafts = answer.drafts();
    if (drafts != null) {
      AttributesBuilder told = Attributes.builder();
      told.put("deed.verifications", drafts.verifications());
      told.put("deed.drafted", drafts.drafted()).put("deed.accepted", drafts.accepted());
      span.addEvent("deed.verified", told.build(), end, TimeUnit.NANOSECONDS);
    }
    span.end(end, TimeUnit.NANOSECONDS);
  }

  private static long before(long end, double millis, long least) {
    return Math.max(least, end - Math.round(millis * 1e6));
  }

  private Span begun(String name, long at) {
    return tracer.spanBuilder(name).setStartTimestamp(at, TimeUnit.NANOSECONDS).startSpan();
  }

  /** Of exits: how many tokens each layer emitted, from the first one on. */
  private static AttributesBuilder attributes(Generation answer) {
    long[] emitted = new long[answer.exitLayers().stream().reduce(1, Math::max)];
    answer.exitLayers().forEach(layer -> emitted[Math.max(1, layer) - 1]++);
    return Attributes.builder()
        .put("gen_ai.usage.output_tokens", answer.tokens().size())
        .put("deed.layers_run", answer.layersRun())
        .put("deed.layers_possible", answer.layersPossible())
        .put("deed.exit_layers", emitted);
  }

  @Override
  public boolean window(Progress progress) {
    Usage usage = Context.current().get(USAGE);
    if (usage != null && progress.window() != null) {
      usage.add(progress.window().answer(), 0);
      AttributesBuilder told = attributes(progress.window().answer());
      told.put("deed.done_seconds", progress.doneSeconds());
      Span.current().addEvent("deed.window", told.build());
    }
    return true;
  }

  /** In nanoseconds since 1970. */
  private static long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  @Override
  public void close() {
    sdk.shutdown().join(2, TimeUnit.SECONDS);
  }
}
