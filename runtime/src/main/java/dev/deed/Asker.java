package dev.deed;

import java.time.Duration;

/**
 * Gets the requests of a task answered. Whoever serves a task gives one: it decides for whom the
 * requests are, what a full engine means, and when to give up. Pages, tables and recordings ask any
 * number of requests through one.
 */
@FunctionalInterface
public interface Asker {
  /**
   * Hands a request to an engine.
   *
   * @param request an input and how to answer it
   * @return what gives the result
   * @throws dev.deed.value.InputException when its settings do not suit the model
   * @throws EngineFullException when there is no place for it, or the engine is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  Ticket ask(Request request) throws InterruptedException;

  /**
   * Says what a task holds beside its requests until it is over; a bound refuses it by an
   * exception.
   *
   * @param bytes of it
   */
  default void holds(long bytes) {}

  /**
   * {@return one whose requests all wait for a place}
   *
   * @param engine that answers them
   */
  static Asker of(Engine engine) {
    // Longer than anything takes.
    return request -> engine.offer(request, Duration.ofDays(1));
  }
}
