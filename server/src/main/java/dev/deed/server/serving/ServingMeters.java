package dev.deed.server.serving;

import dev.deed.files.ErrorLine;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.RequestLog;
import dev.deed.value.EngineStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.Closeable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What the server counts. No label holds what a client wrote: models are those that are served,
 * endpoints those of the routes, reasons those of this class. Safe for use from many threads.
 */
public final class ServingMeters implements RequestLog {
  /** Why a request was given up: its client closed the connection, or it took too long. */
  public static final String CLIENT_CLOSED = "client_closed";

  public static final String DEADLINE = "deadline";

  private static final List<String> REJECTED =
      List.of(
          ("queue_full memory_full loading model_unloaded draining overloaded shutdown"
                  + " rate_limit_exceeded")
              .split(" "));

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, ModelMeters> models = new ConcurrentHashMap<>();

  /** Takes lines about errors of ours, and about models. */
  private final Consumer<String> log;

  private final AtomicInteger sessions = new AtomicInteger();

  private final Supplier<Set<String>> keys;
  private final Traces traces;

  /**
   * Begins to count.
   *
   * @param keys the names of keys by now, each of which is counted by itself
   */
  public ServingMeters(Supplier<Set<String>> keys, Consumer<String> log) {
    this.keys = keys;
    this.log = log;
    this.traces = Traces.of(log);
    Gauge.builder("deed.realtime.sessions", sessions, AtomicInteger::get)
        .description("Realtime sessions that are open")
        .register(registry);
    REJECTED.forEach(this::rejections);
    cancellations(CLIENT_CLOSED);
    cancellations(DEADLINE);
  }

  /** Shows how many requests run and wait. */
  void watch(ModelRegistry served) {
    for (String name : served.names()) {
      of(name);
      gauge(served, name, "running", status -> status.running());
      gauge(served, name, "waiting", status -> status.waiting());
      Supplier<Number> loaded = () -> served.isUnloaded(name) ? 0 : 1;
      gauge("deed.model.loaded", "Whether the model is loaded", loaded, "model", name);
      Supplier<Number> weights =
          () -> served.ofModel(name, ServedModel::weightBytes).stream().mapToLong(one -> one).sum();
      gauge("deed.model.weight.bytes", "Bytes that its weights take", weights, "model", name);
    }
  }

  private void gauge(
      ModelRegistry served, String name, String what, ToIntFunction<EngineStatus> count) {
    Supplier<Number> sum =
        () -> served.ofModel(name, ServedModel::status).stream().mapToInt(count).sum();
    gauge("deed.requests." + what, "Requests that are " + what, sum, "model", name);
  }

  /** Shows a number as it is when it is read. */
  private void gauge(String name, String about, Supplier<Number> value, String... labels) {
    Gauge.builder(name, value).description(about).tags(labels).register(registry);
  }

  /** What is counted of a model. */
  ModelMeters of(String model) {
    return models.computeIfAbsent(model, name -> new ModelMeters(registry, name, log));
  }

  /** Tells something about all models in one line. */
  void tell(String what) {
    log.accept(what);
  }

  /** All of it, in the text format of Prometheus. */
  public String text() {
    return registry.scrape();
  }

  /** Spans of requests. */
  public Traces traces() {
    return traces;
  }

  @Override
  public Closeable begin(Exchange exchange, String endpoint) {
    return traces.request(exchange, endpoint);
  }

  @Override
  public void answered(String client, String model, String endpoint, int code) {
    String about = "Requests by what became of them";
    String status = Integer.toString(code);
    counter("deed.requests", about, "model", model, "endpoint", endpoint, "code", status)
        .increment();
    if (keys.get().contains(client)) {
      counter("deed.key.requests", "Requests with a named key", "key", client, "code", status)
          .increment();
    }
  }

  @Override
  public void rejected(String reason) {
    rejections(REJECTED.contains(reason) ? reason : "overloaded").increment();
  }

  private Counter rejections(String reason) {
    String about = "Requests that were refused for want of room";
    return counter("deed.requests.rejected", about, "reason", reason);
  }

  /** Adds to the open realtime sessions, and says how many there are then. */
  public int sessions(int more) {
    return sessions.addAndGet(more);
  }

  /** Sound came over a realtime session. */
  public void heard(double seconds) {
    counter("deed.realtime.sound.seconds", "Sound of realtime sessions").increment(seconds);
  }

  public void cancelled(String reason) {
    cancellations(reason).increment();
  }

  private Counter cancellations(String reason) {
    String about = "Requests that were given up before their answer was whole";
    return counter("deed.requests.cancelled", about, "reason", reason);
  }

  private Counter counter(String name, String about, String... labels) {
    return Counter.builder(name).description(about).tags(labels).register(registry);
  }

  /** Names the kind of an error and where it arose; its message might quote a request. */
  @Override
  public void failed(String id, Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    String why =
        error instanceof LinkageError
            ? ErrorLine.of(error)
            : "internal error: "
                + error.getClass().getName()
                + (trace.length == 0 ? "" : " at " + trace[0]);
    log.accept("request " + id + ": " + why);
  }

  @Override
  public void unaccepted(String why) {
    log.accept("connections cannot be taken: " + why + "; they wait until others close");
  }
}
