package dev.deed.spark;

import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with their answers, in their order. Some rows ahead of the one that is
 * asked for are in the engine. Belongs to one task; {@link #close} ends its requests and no others,
 * and may be called by another thread.
 */
final class OrderedAnswers implements Iterator<Row>, AutoCloseable {
  /** How long a task may not notice that it was killed. */
  private static final long LOOK_MILLIS = 100;

  private final Iterator<Row> rows;
  private final RowFormat format;
  private final HandleInvalid invalid;
  private final AnswerCounts counts;
  private final Answering answering;
  private final TaskContext context;
  private final BlockingQueue<PendingRow<?>> inFlight = new LinkedBlockingQueue<>();
  private volatile boolean closed;
  private long read;
  private @Nullable Row next;

  /**
   * A row whose request is in the engine.
   *
   * @param number within the partition, from 0
   */
  private record PendingRow<A>(Row row, long number, Answering.Taken<A> taken) {}

  OrderedAnswers(
      Iterator<Row> rows,
      RowFormat format,
      HandleInvalid invalid,
      AnswerCounts counts,
      Answering answering,
      TaskContext context) {
    this.rows = rows;
    this.format = format;
    this.invalid = invalid;
    this.counts = counts;
    this.answering = answering;
    this.context = context;
    // What does not suit the model in any row fails the task, whatever becomes of invalid rows.
    answering.check();
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      context.killTaskIfInterrupted();
      fill();
      // It stays in the queue until it is answered, so that close() finds it.
      PendingRow<?> pending = inFlight.peek();
      if (pending == null) {
        close();
        return false;
      }
      next = withAnswer(pending);
      inFlight.remove(pending);
    }
    return true;
  }

  @Override
  public Row next() {
    Row row = hasNext() ? next : null;
    if (row == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return row;
  }

  private void fill() {
    while (!closed && inFlight.size() < answering.window() && rows.hasNext()) {
      Row row = rows.next();
      inFlight.add(ask(row, read++));
    }
    if (closed) { // by another thread, perhaps before the last was added
      close();
    }
  }

  private PendingRow<?> ask(Row row, long number) {
    try {
      return new PendingRow<>(row, number, answering.ask(row));
    } catch (InputException e) {
      return new PendingRow<>(row, number, Answering.Taken.of(CompletableFuture.failedFuture(e)));
    }
  }

  /** The row with its answer; null where it is left out. */
  private <A> @Nullable Row withAnswer(PendingRow<A> pending) {
    return switch (await(pending)) {
      case Result.Answered<A>(A answer) -> {
        counts.add(pending.taken.generations().apply(answer));
        yield RowFormat.with(pending.row, pending.taken.struct().apply(answer));
      }
      case Result.Refused<A>(InputException error) -> {
        counts.invalid().add(1L);
        yield switch (invalid) {
          case ERROR -> throw named(pending, error);
          case KEEP -> format.with(pending.row, error);
          case SKIP -> null;
        };
      }
    };
  }

  private <A> Result<A> await(PendingRow<A> pending) {
    while (true) {
      try {
        return pending.taken.result().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        context.killTaskIfInterrupted();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        context.killTaskIfInterrupted();
        throw new IllegalStateException("the task was interrupted", e);
      } catch (ExecutionException e) {
        return unanswered(pending, e.getCause());
      }
    }
  }

  /**
   * What ends a request without a result. Only an {@link InputException} is the row's fault; all
   * else is the executor's or the engine's, and fails the task whatever becomes of invalid rows. A
   * closed engine cancels its requests, which ends the task.
   */
  private <A> Result<A> unanswered(PendingRow<A> pending, @Nullable Throwable cause) {
    return switch (cause) {
      case InputException error -> new Result.Refused<>(error);
      case CompletionException wrapped -> unanswered(pending, wrapped.getCause());
      case CancellationException closed -> throw closed;
      // Without its cause: Spark would end the executor, and every task on it.
      case OutOfMemoryError _ ->
          throw new IllegalStateException(
              name(pending)
                  + ": the executor's heap is used up; raise spark.executor.memory or lower"
                  + " maxRows");
      case Error error -> throw error;
      case null, default ->
          throw new IllegalStateException(
              "%s: the engine failed: %s; report it, with the row, to the makers of DEED"
                  .formatted(name(pending), cause),
              cause);
    };
  }

  private InputException named(PendingRow<?> pending, InputException error) {
    return new InputException(
        name(pending),
        error.what() + " " + error.why(),
        error.whatToDo() + ", or set handleInvalid to keep or skip");
  }

  private String name(PendingRow<?> pending) {
    return format.names().name(pending.row, pending.number, context.partitionId());
  }

  /** Cancels what is in flight and releases the model. */
  @Override
  public void close() {
    closed = true;
    for (PendingRow<?> pending = inFlight.poll(); pending != null; pending = inFlight.poll()) {
      pending.taken.result().cancel(true);
    }
    answering.close();
  }
}
