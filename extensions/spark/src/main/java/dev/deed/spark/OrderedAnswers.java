package dev.deed.spark;

import dev.deed.value.InputException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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
  private final AnswerSettings.Invalid invalid;
  private final AnswerCounts counts;
  private final Answering answering;
  private final TaskContext context;
  private final BlockingQueue<PendingRow> inFlight = new LinkedBlockingQueue<>();
  private volatile boolean closed;
  private long read;
  private @Nullable Row next;

  /** What answers the rows of a task: its hold on the executor's model. Belongs to one task. */
  interface Answering extends AutoCloseable {
    /**
     * Checks the settings without a row.
     *
     * @throws InputException when they do not suit the model, or it does not read such columns
     */
    void check();

    /** Takes a row; cancelling the future gives it up. */
    Future<Answer> ask(Row row);

    /** How many requests the task may have in flight now, at least 1. */
    int window();

    /** Releases the model. A second call does nothing. */
    @Override
    void close();
  }

  /**
   * An answer.
   *
   * @param struct the column's value
   * @param tokens new tokens, end tokens included
   * @param layersRun decoder layers run, for each position
   */
  record Answer(Row struct, long tokens, long layersRun) {}

  /**
   * A row whose request is in the engine.
   *
   * @param number within the partition, from 0
   */
  private record PendingRow(Row row, long number, Future<Answer> answer) {}

  OrderedAnswers(
      Iterator<Row> rows,
      RowFormat format,
      AnswerSettings.Invalid invalid,
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
      PendingRow pending = inFlight.peek();
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
      inFlight.add(new PendingRow(row, read++, answering.ask(row)));
    }
    if (closed) { // by another thread, perhaps before the last was added
      close();
    }
  }

  /** The row with its answer; null where it is left out. */
  private @Nullable Row withAnswer(PendingRow pending) {
    try {
      Answer answer = await(pending);
      counts.add(answer);
      return RowFormat.with(pending.row, answer.struct);
    } catch (InputException error) {
      counts.invalid().add(1L);
      return switch (invalid) {
        case ERROR -> throw named(pending, error);
        case KEEP -> RowFormat.with(pending.row, error);
        case SKIP -> null;
      };
    }
  }

  private Answer await(PendingRow pending) {
    while (true) {
      try {
        return pending.answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        context.killTaskIfInterrupted();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        context.killTaskIfInterrupted();
        throw new IllegalStateException("the task was interrupted", e);
      } catch (ExecutionException e) {
        throw unanswered(pending, e.getCause());
      }
    }
  }

  /**
   * What ends a request without a result. Only an {@link InputException} is the row's fault; all
   * else is the executor's or the engine's, and fails the task whatever becomes of invalid rows. A
   * closed engine cancels its requests, which ends the task.
   */
  private RuntimeException unanswered(PendingRow pending, @Nullable Throwable cause) {
    return switch (cause) {
      case InputException error -> error;
      case CompletionException wrapped -> unanswered(pending, wrapped.getCause());
      case CancellationException closed -> closed;
      // Without its cause: Spark would end the executor, and every task on it.
      case OutOfMemoryError _ ->
          new IllegalStateException(
              name(pending)
                  + ": the executor's heap is used up; raise spark.executor.memory or lower"
                  + " maxRows");
      case Error error -> throw error;
      case null, default ->
          new IllegalStateException(
              "%s: the engine failed: %s; report it, with the row, to the makers of DEED"
                  .formatted(name(pending), cause),
              cause);
    };
  }

  private InputException named(PendingRow pending, InputException error) {
    return new InputException(
        name(pending),
        error.what() + " " + error.why(),
        error.whatToDo() + ", or set handleInvalid to keep or skip");
  }

  private String name(PendingRow pending) {
    return format.name(pending.row, pending.number, context.partitionId());
  }

  /** Cancels what is in flight and releases the model. */
  @Override
  public void close() {
    closed = true;
    for (PendingRow pending = inFlight.poll(); pending != null; pending = inFlight.poll()) {
      pending.answer.cancel(true);
    }
    answering.close();
  }
}
