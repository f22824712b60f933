package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that is cancelled, beside one that is not, on the same model. */
class KilledTaskTest {
  private static final int ROWS = 3;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @TempDir Path place;

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
