package dev.deed.server.http;

import java.io.Closeable;

/** Records every request once it was answered. Called from many threads. */
public interface RequestLog {
  /** What the log calls a request whose client left before its answer. */
  int CLIENT_LEFT = 499;

  /** A request is about to be answered on this thread, until what this gives is closed. */
  default Closeable begin(Exchange exchange, String endpoint) {
    return () -> {};
  }

  /**
   * A request came to its end.
   *
   * @param client whose key it had; an address where no key is asked for; empty where it has none
   * @param model name of the served model; empty where none was named
   * @param endpoint its path, or {@code other}
   * @param code the status that was sent, {@value #CLIENT_LEFT} where the client left before its
   *     answer was whole
   */
  void answered(String client, String model, String endpoint, int code);

  /** A request was refused for want of room; the reason is the code of the error. */
  void rejected(String reason);

  /** An error of ours, in the request that is called {@code id}. */
  void failed(String id, Throwable error);

  /** A connection could not be taken, perhaps others too since the last one that was told of. */
  void unaccepted(String why);
}
