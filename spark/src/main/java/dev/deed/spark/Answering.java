package dev.deed.spark;

import dev.deed.Generation;
import dev.deed.value.Result;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** What answers the rows of a task: its hold on the executor's model. Belongs to one task. */
interface Answering extends AutoCloseable {
  /**
   * A row that was taken.
   *
   * @param result what becomes of it, as {@link dev.deed.Ticket#result} says; cancelling it gives
   *     the row up
   * @param generations what the model generated for an answer
   * @param struct the column's value
   */
  record Taken<A>(
      Future<Result<A>> result,
      Function<A, List<Generation>> generations,
      Function<A, Row> struct) {
    static Taken<Generation> of(Future<Result<Generation>> result) {
      return new Taken<>(result, List::of, RowFormat::struct);
    }
  }

  /**
   * Checks the settings without a row.
   *
   * @throws dev.deed.value.InputException when they do not suit the model, or it does not read such
   *     columns
   */
  void check();

  /**
   * Takes a row.
   *
   * @throws dev.deed.value.InputException when a cell cannot be read, or does not suit the model
   * @throws dev.deed.EngineFullException when the model is closed
   */
  Taken<?> ask(Row row);

  /** How many requests the task may have in flight now, at least 1. */
  int window();

  /** Releases the model. A second call does nothing. */
  @Override
  void close();
}
