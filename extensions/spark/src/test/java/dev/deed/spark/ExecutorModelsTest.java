package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model for all tasks of an executor. */
class ExecutorModelsTest {
  private final SharedModel.Key key = new SharedModel.Key(LocalSpark.model(), null, 4);
  private final LineColumns columns =
      LineColumns.of(
          new StructType().add("question", DataTypes.StringType), Map.of("prompt", "question"));
  private final AnswerSettings.Options options =
      new AnswerSettings("a model", 4, "{}", AnswerSettings.Invalid.ERROR).parsed();

  @Test
  void tasksThatComeTogetherOpenItOnce() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    try (ExecutorModels models = new ExecutorModels();
        ExecutorService tasks = Executors.newFixedThreadPool(4)) {
      Callable<SharedModel.Use> task =
          () ->
              models
                  .model(
                      key,
                      one -> {
                        opened.incrementAndGet();
                        return SharedModel.open(one, 1);
                      })
                  .use(columns, options);
      List<Future<SharedModel.Use>> uses =
          tasks.invokeAll(Stream.generate(() -> task).limit(8).toList());

      assertThat(opened).hasValue(1);
      assertThat(models.open()).singleElement().matches(shared -> shared.uses() == 8);
      // 8 rows in flight, but never fewer than two for a task.
      assertThat(uses.getFirst().get().window()).isEqualTo(2);
      for (Future<SharedModel.Use> use : uses.subList(1, 8)) {
        use.get().close();
        use.get().close();
      }
      assertThat(uses.getFirst().get().window()).isEqualTo(8);
    }
  }

  @Test
  void oneThatCannotBeOpenedIsTriedAgain() throws Exception {
    try (ExecutorModels models = new ExecutorModels()) {
      assertThatThrownBy(
              () ->
                  models.model(
                      key,
                      one -> {
                        throw new InputException("model", "is away", "wait");
                      }))
          .hasMessageStartingWith("model: is away");
      Object _ = models.model(key, one -> SharedModel.open(one, 1));
      assertThat(models.open()).hasSize(1);
    }
  }

  @Test
  void modelsCloseWithALocalApplication(@TempDir Path place) throws Exception {
    SparkSession session = LocalSpark.session();
    LocalSpark.reader()
        .setMaxRows(7)
        .transform(LocalSpark.files(LocalSpark.folder(place, 1)))
        .count();
    assertThat(ExecutorModels.ofThisJvm().open()).isNotEmpty();

    session.stop();

    assertThat(ExecutorModels.ofThisJvm().open()).isEmpty();
  }
}
