package dev.deed.server.serving;

import dev.deed.Generation;
import dev.deed.Ticket;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.RequestLog.Followed;
import dev.deed.speech.TranscriptionListener.Progress;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Spans of requests, for those who follow them from service to service. All is told on the thread
 * of the request. Safe for use from many threads.
 */
public interface Traces extends AutoCloseable {
  /** Nobody follows, and nothing is kept. */
  Traces OFF = new Traces() {};

  /** A request that the engine took. */
  interface Asked {
    /** Its answer is whole. */
    void answered(Generation answer, int promptTokens);
  }

  /**
   * Those that OpenTelemetry's own variables, or properties of their names, ask for: off where none
   * says whereto.
   *
   * @param log is told where they are asked for and cannot be had
   */
  static Traces of(Consumer<String> log) {
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    List<String> names = List.of(endpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    if (names.stream()
        .allMatch(
            name ->
                System.getenv(name) == null
                    && System.getProperty(name.toLowerCase(Locale.ROOT).replace('_', '.'))
                        == null)) {
      return OFF;
    }
    try {
      return new OpenTelemetryTraces();
    } catch (RuntimeException | LinkageError e) {
      log.accept(endpoint + " is set, but there are no traces: " + e);
      return OFF;
    }
  }

  /** A request began; it ends where what this gives is closed, on the same thread. */
  default Followed request(Exchange exchange, String endpoint) {
    return Followed.NOT;
  }

  /** Begins a part of the request's work, likewise. */
  default Followed stage(String name) {
    return Followed.NOT;
  }

  /** A request was handed to the engine, at a time of {@link System#nanoTime}. */
  default Asked asked(Ticket ticket, long submitted) {
    return (_, _) -> {};
  }

  /** A window of the request's recording is transcribed; gives true. */
  default boolean window(Progress progress) {
    return true;
  }

  @Override
  default void close() {}
}
