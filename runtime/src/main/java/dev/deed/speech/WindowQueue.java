package dev.deed.speech;

import dev.deed.Engine;
import dev.deed.Request;
import dev.deed.Ticket;
import java.time.Duration;

/** Takes the requests that the windows of recordings are. */
@FunctionalInterface
public interface WindowQueue {
  /**
   * Hands a request to an engine.
   *
   * @param request a window and how to decode it
   * @param isFirst whether it is the first of its recording: where there is no place, that may be
   *     refused, while others wait for one
   * @return what gives the result
   * @throws dev.deed.EngineFullException when there is no place for it
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  Ticket take(Request request, boolean isFirst) throws InterruptedException;

  /**
   * {@return a queue whose requests all wait for a place}
   *
   * @param engine that decodes them
   */
  static WindowQueue of(Engine engine) {
    return (request, _) -> engine.offer(request, Duration.ofDays(1));
  }
}
