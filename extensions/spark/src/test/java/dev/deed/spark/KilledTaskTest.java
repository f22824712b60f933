package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that is cancelled, beside one that is not, on the same model. */
class KilledTaskTest {
  private static final int ROWS = 3;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @TempDir Path place;

  /** A task that was not cancelled would keep its core from the tests that follow. */
  @AfterEach
  void cancelWhatIsLeft() {
    LocalSpark.session().sparkContext().cancelAllJobs();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancelsItsOwnRequestsAlone(boolean interrupt) throws Exception {
    Dataset<Row> files = LocalSpark.files(LocalSpark.folder(place, 1)).cache();
    SparkContext context = LocalSpark.session().sparkContext();
    DeedTransformer reader = LocalSpark.reader().setMaxRows(ROWS);
    List<Row> truth = reader.transform(files).orderBy("path").collectAsList();

    // Hours of work, in one task.
    Dataset<Row> endless = files.crossJoin(LocalSpark.session().range(1_000_000)).coalesce(1);
    CompletableFuture<Void> killed =
        CompletableFuture.runAsync(
            () -> {
              context.setJobGroup("killed", "to be cancelled", interrupt);
              reader.copy(new ParamMap()).transform(endless).count();
            });
    await(() -> inFlight() >= ROWS);
    CompletableFuture<List<Row>> other =
        CompletableFuture.supplyAsync(
            () -> reader.transform(files.coalesce(1)).orderBy("path").collectAsList());
    await(() -> model().uses() == 2 || other.isDone());
    context.cancelJobGroup("killed");

    assertThat(killed).failsWithin(LONGEST);
    assertThat(other).succeedsWithin(LONGEST).isEqualTo(truth);
    await(() -> inFlight() == 0 && model().uses() == 0);
    files.unpersist();
  }

  /** That too which the task waits for, and which no other request follows. */
  @Test
  void cancelsTheRequestThatItWaitsFor() throws Exception {
    SparkContext context = LocalSpark.session().sparkContext();
    Dataset<Row> rows = LocalSpark.session().sql("select 'a' as path, 'what is it?' as question");
    RowFormat format = RowFormat.of(rows.schema(), Map.of("prompt", "question"));
    AnswerCounts counts = AnswerCounts.of(context);
    MapPartitionsFunction<Row, Row> task =
        partition -> {
          TaskContext own = TaskContext.get();
          OrderedAnswers answers =
              new OrderedAnswers(
                  partition, format, AnswerSettings.Invalid.ERROR, counts, new Endless(), own);
          own.addTaskCompletionListener((TaskCompletionListener) _ -> answers.close());
          return answers;
        };
    CompletableFuture<Void> killed =
        CompletableFuture.runAsync(
            () -> {
              context.setJobGroup("endless", "to be cancelled", false);
              rows.mapPartitions(task, Encoders.row(RowFormat.with(rows.schema(), "answer")))
                  .count();
            });
    await(() -> Endless.ASKED.size() == 1);
    context.cancelJobGroup("endless");
    assertThat(killed).failsWithin(LONGEST);
    await(() -> Endless.ASKED.stream().allMatch(CompletableFuture::isCancelled));
  }

  /** Answers nothing. */
  private record Endless() implements OrderedAnswers.Answering, Serializable {
    private static final Queue<CompletableFuture<OrderedAnswers.Answer>> ASKED =
        new ConcurrentLinkedQueue<>();

    @Override
    public void check() {}

    @Override
    public Future<OrderedAnswers.Answer> ask(Row row) {
      CompletableFuture<OrderedAnswers.Answer> result = new CompletableFuture<>();
      ASKED.add(result);
      return result;
    }

    @Override
    public int window() {
      return 2;
    }

    @Override
    public void close() {}
  }

  private static SharedModel model() {
    return ExecutorModels.ofThisJvm().open().stream()
        .filter(shared -> shared.key().maxRows() == ROWS)
        .findFirst()
        .orElseThrow();
  }

  private static int inFlight() {
    return model().status().running() + model().status().waiting();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
      Thread.sleep(5);
    }
  }
}
