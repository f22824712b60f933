package dev.deed;

import dev.deed.engine.SideThreads;
import dev.deed.files.Interruption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Something that takes several requests: the tables of a page, its lines, the windows of a
 * recording. To be waited for by one thread.
 *
 * @param <T> what becomes of the answers
 */
public final class InFlight<T> {
  private final Supplier<T> whole;
  private final Runnable cancel;

  private InFlight(Supplier<T> whole, Runnable cancel) {
    this.whole = whole;
    this.cancel = cancel;
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
    List<Ticket> tickets = new ArrayList<>();
    Runnable cancel = () -> tickets.forEach(Ticket::cancel);
    try {
      for (Request request : requests) {
        tickets.add(asker.ask(request));
      }
      return new InFlight<>(() -> whole.apply(answers(tickets.iterator())), cancel);
    } catch (InterruptedException e) {
      cancel.run();
      throw stopped(e);
    } catch (RuntimeException | Error e) {
      cancel.run();
      throw e;
    }
  }

  private static Iterator<Generation> answers(Iterator<Ticket> waiting) {
    return new Iterator<>() {
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
    };
  }

  /**
   * Begins what asks for one answer after the other, on a thread of its own, which waits most of
   * the time.
   *
   * @param <T> what it gives
   * @param work is interrupted when nobody wants it any more
   * @return what gives it
   */
  public static <T> InFlight<T> begin(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.startVirtualThread(task);
    return new InFlight<>(
        () -> {
          try {
            return SideThreads.get(task, null);
          } catch (InterruptedException e) {
            throw stopped(e);
          }
        },
        () -> task.cancel(true));
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
    try {
      return whole.get();
    } finally {
      cancel(); // Those that are over stay as they are.
    }
  }

  private static CancellationException stopped(InterruptedException e) {
    return Interruption.stopped(e, "the answer is not whole; run it again");
  }

  /** Gives up what is not decoded yet. */
  public void cancel() {
    cancel.run();
  }
}
