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
import io.opentelemetry.api.trace.SpanBuilder;
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
import java.util.function.Consumer;
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

  private static final String OTHER = "generate_content";
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
  public Closeable request(Exchange exchange, String endpoint) {
    if (!exchange.method().equals("POST")) {
      return () -> {};
    }
    SpanBuilder builder =
        tracer
            .spanBuilder("POST " + endpoint)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", "POST")
            .setAttribute("http.route", endpoint)
            .setAttribute("deed.request_id", exchange.id());
    return opened(
        builder,
        caller(exchange),
        span -> {
          int code = exchange.isLeft() ? RequestLog.CLIENT_LEFT : exchange.status();
          span.setAttribute("http.response.status_code", code);
          failed(code);
          if (!exchange.model().isEmpty()) {
            tell(span, OPERATIONS.getOrDefault(endpoint, OTHER), exchange.model());
          }
        });
  }

  private Context caller(Exchange exchange) {
    return sdk.getPropagators().getTextMapPropagator().extract(Context.root(), exchange, HEADERS);
  }

  /** Begins a span that counts what its answers take. */
  private static Closeable opened(SpanBuilder builder, Context caller, Consumer<Span> end) {
    Span span = builder.setParent(caller).startSpan();
    return opened(caller.with(USAGE, new Usage(span, new long[4])), span, end);
  }

  @SuppressWarnings("MustBeClosedChecker") // by what this gives
  private static Closeable opened(Context context, Span span, Consumer<Span> end) {
    Scope scope = context.with(span).makeCurrent();
    return () -> {
      end.accept(span);
      scope.close();
      span.end();
    };
  }

  private static void tell(Span span, String operation, String model) {
    span.setAttribute("gen_ai.operation.name", operation);
    span.setAttribute("gen_ai.provider.name", "deed");
    span.setAttribute("gen_ai.request.model", model);
  }

  @Override
  public Later later(Exchange exchange) {
    Context caller = caller(exchange);
    String id = exchange.id();
    return (name, model, since) -> {
      long now = now();
      long arrived = now - (System.nanoTime() - since);
      SpanBuilder builder = tracer.spanBuilder(name).setSpanKind(SpanKind.SERVER);
      builder.setStartTimestamp(arrived, TimeUnit.NANOSECONDS).setAttribute("deed.request_id", id);
      Closeable work = opened(builder, caller, span -> tell(span, OTHER, model));
      childSpan("queue", arrived).end(now, TimeUnit.NANOSECONDS);
      return work;
    };
  }

  @Override
  public void failed(int status) {
    if (status >= 400) {
      Span.current().setAttribute("error.type", Integer.toString(status));
      Span.current().setStatus(status >= 500 ? StatusCode.ERROR : StatusCode.UNSET);
    }
  }

  @Override
  public Closeable stage(String name) {
    return opened(Context.current(), tracer.spanBuilder(name).startSpan(), _ -> {});
  }

  @Override
  public ObjIntConsumer<Generation> submitted(Ticket ticket, long submitted) {
    Usage usage = Context.current().get(USAGE);
    if (usage == null) {
      return OFF.submitted(ticket, submitted);
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
    childSpan("queue", begin).end(reading, TimeUnit.NANOSECONDS);
    childSpan("read", reading).end(encoding, TimeUnit.NANOSECONDS);
    childSpan("encode", encoding).end(decoding, TimeUnit.NANOSECONDS);
    Span span = childSpan("decode", decoding).setAllAttributes(attributes(answer).build());
    if (answer.drafts() != null) {
      Attributes attributes = add(answer.drafts(), Attributes.builder()).build();
      span.addEvent("deed.verified", attributes, end, TimeUnit.NANOSECONDS);
    }
    span.end(end, TimeUnit.NANOSECONDS);
  }

  private static AttributesBuilder add(Drafts drafts, AttributesBuilder to) {
    to.put("deed.verifications", drafts.verifications());
    return to.put("deed.drafted", drafts.drafted()).put("deed.accepted", drafts.accepted());
  }

  private static long before(long end, double millis, long least) {
    return Math.max(least, end - Math.round(millis * 1e6));
  }

  private Span childSpan(String name, long at) {
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
      Generation answer = progress.window().answer();
      usage.add(answer, 0);
      AttributesBuilder attributes = attributes(answer);
      attributes.put("deed.encode_seconds", answer.timing().encodeMillis() / 1000);
      attributes.put("deed.decode_seconds", answer.timing().decodeMillis() / 1000);
      attributes.put("deed.done_seconds", progress.doneSeconds());
      if (answer.drafts() != null) {
        add(answer.drafts(), attributes);
      }
      Span.current().addEvent("deed.window", attributes.build());
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
