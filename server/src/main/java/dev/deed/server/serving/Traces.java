package dev.deed.server.serving;

import dev.deed.Generation;
import dev.deed.Ticket;
import dev.deed.server.http.Exchange;
import dev.deed.speech.TranscriptionListener.Progress;
import java.io.Closeable;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;

/**
 * Spans of requests, for those who follow them from service to service; where nobody does, nothing
 * is kept. All is told on the thread of the request. Safe for use from many threads.
 */
public interface Traces {
  Traces OFF = new Traces() {};

  /**
   * Those that OpenTelemetry's variables, or properties of their names, ask for.
   *
   * @param log is told where they are asked for and cannot be had
   */
  static Traces of(Consumer<String> log) {
    if (Stream.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
            .allMatch(name -> System.getenv(name) == null)
        && System.getProperty("otel.exporter.otlp.endpoint") == null) {
      return OFF;
    }
    try {
      return new OpenTelemetryTraces();
    } catch (RuntimeException | LinkageError e) {
      log.accept("OpenTelemetry is asked for, but there are no traces: " + e);
      return OFF;
    }
  }

  /** A request began; it ends where what this gives is closed, on the same thread. */
  default Closeable request(Exchange exchange, String endpoint) {
    return () -> {};
  }

  /** Spans of work that goes on under a request's caller, when the request itself is answered. */
  interface Later {
    /**
     * Begins one, on the thread that does it; it ends where what this gives is closed.
     *
     * @param model that does it
     * @param since when it was asked for, of {@link System#nanoTime}
     */
    Closeable begin(String name, String model, long since);
  }

  /** Spans of what comes later of a request, such as turns of a session. */
  default Later later(Exchange exchange) {
    return (_, _, _) -> () -> {};
  }

  /** What the work of the thread's span failed by. */
  default void failed(int status) {}

  /** Begins a part of the request's work, likewise. */
  default Closeable stage(String name) {
    return () -> {};
  }

  /**
   * A request was handed to the engine, at a time of {@link System#nanoTime}. What this gives is to
   * be told of its answer, and of the positions that the encoder made of its prompt.
   */
  default ObjIntConsumer<Generation> submitted(Ticket ticket, long submitted) {
    return (_, _) -> {};
  }

  /** A window of the request's recording is transcribed; gives true. */
  default boolean window(Progress progress) {
    return true;
  }

  /** Sends what is left. */
  default void close() {}
}
