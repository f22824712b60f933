package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that end without a result, in tasks of a local application. */
class EngineFaultTest {
  /** Ends every request with an exception. */
  private record Failing(Exception fault) implements OrderedAnswers.Answering, Serializable {
    @Override
    public void check() {}

    @Override
    public Future<OrderedAnswers.Answer> ask(Row row) {
      return CompletableFuture.failedFuture(fault);
    }

    @Override
    public int window() {
      return 2;
    }

    @Override
    public void close() {}
  }

  private static List<Row> answers(AnswerSettings.Invalid invalid, Exception fault) {
    Dataset<Row> rows = LocalSpark.session().sql("select 'a' as path, 'what is it?' as question");
    RowFormat format = RowFormat.of(rows.schema(), Map.of("prompt", "question"));
    AnswerCounts counts = AnswerCounts.of(LocalSpark.session().sparkContext());
    Failing failing = new Failing(fault);
    MapPartitionsFunction<Row, Row> task =
        partition ->
            new OrderedAnswers(partition, format, invalid, counts, failing, TaskContext.get());
    return rows.mapPartitions(task, Encoders.row(RowFormat.with(rows.schema(), "answer")))
        .collectAsList();
  }

  @ParameterizedTest
  @EnumSource
  void aFaultOfTheEngineFailsTheTaskWhateverBecomesOfInvalidRows(AnswerSettings.Invalid invalid) {
    assertThatThrownBy(() -> answers(invalid, new IllegalStateException("no such layer")))
        .rootCause()
        .hasMessage("no such layer");
    assertThatThrownBy(() -> answers(invalid, new IllegalStateException("no such layer")))
        .hasStackTraceContaining(
            "row 0 of partition 0 (path a): the engine failed: java.lang.IllegalStateException:"
                + " no such layer; report it, with the row, to the makers of DEED");
  }

  @Test
  void whatIsWrongWithTheInputIsTheRowsFaultHoweverItIsTold() {
    InputException wrong = new InputException("prompt", "is too long", "shorten it");
    assertThat(answers(AnswerSettings.Invalid.SKIP, wrong)).isEmpty();
    assertThat(answers(AnswerSettings.Invalid.KEEP, wrong))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.getStruct(2).<String>getAs("error"))
                    .isEqualTo("prompt: is too long; shorten it"));
  }
}
