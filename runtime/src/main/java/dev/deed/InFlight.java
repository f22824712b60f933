package dev.deed;

import dev.deed.files.Interruption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/**
 * Something that takes several requests, all of which were handed to an engine: the tables of a
 * page, its lines. To be waited for by one thread.
 *
 * @param <T> what becomes of the answers
 */
public final class InFlight<T> {
  private final List<Ticket> tickets;
  private final Function<Iterator<Generation>, T> whole;

  private InFlight(List<Ticket> tickets, Function<Iterator<Generation>, T> whole) {
    this.tickets = tickets;
    this.whole = whole;
  }

  /**
   * Hands over requests, and waits for places where there are none: all of them are taken, or none.
   *
   * @param <T> what becomes of the answers
   * @param asker gets them answered
   * @param requests in the order of their answers
   * @param whole makes it of the answers, each of which is waited for when it is asked for
   * @return what gives it
   * @throws dev.deed.value.InputException when a request does not suit the model
   * @throws EngineFullException when there is no place, or the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public static <T> InFlight<T> begin(
      Asker asker, List<Request> requests, Function<Iterator<Generation>, T> whole) {
    InFlight<T> begun = new InFlight<>(new ArrayList<>(), whole);
    try {
      for (Request request : requests) {
        begun.tickets.add(asker.ask(request));
      }
      return begun;
    } catch (InterruptedException e) {
      begun.cancel();
      throw stopped(e);
    } catch (RuntimeException | Error e) {
      begun.cancel();
      throw e;
    }
  }

  /**
   * Waits for the answers, and makes of them what was asked for.
   *
   * @return the whole
   * @throws dev.deed.value.InputException when a request cannot be answered; the others are given
   *     up
   * @throws CancellationException when the thread is interrupted, or the engine closed
   * @throws java.util.concurrent.CompletionException of the error when the engine lacks memory, of
   *     a {@link java.util.concurrent.TimeoutException} when the time of a request is over
   */
  public T await() {
    Iterator<Ticket> waiting = tickets.iterator();
    try {
      return whole.apply(
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              return waiting.hasNext();
            }

            @Override
            public Generation next() {
              try {
                return waiting.next().await();
              } catch (InterruptedException e) {
                throw stopped(e);
              }
            }
          });
    } finally {
      cancel(); // Those that are over stay as they are.
    }
  }

  private static CancellationException stopped(InterruptedException e) {
    return Interruption.stopped(e, "the answer is not whole; run it again");
  }

  /** Gives up what is not decoded yet. */
  public void cancel() {
    tickets.forEach(Ticket::cancel);
  }
}
