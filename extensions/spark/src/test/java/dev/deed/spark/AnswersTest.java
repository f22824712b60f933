package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and their answers, beside those of the model alone. */
class AnswersTest {
  @TempDir static Path place;

  private static Path folder = Path.of("");
  private static EncoderDecoderModel model = EncoderDecoderModel.open(LocalSpark.model(), 1);

  @BeforeAll
  static void copy() throws Exception {
    folder = LocalSpark.folder(place, 4);
    Files.writeString(folder.resolve("2-broken.png"), "no picture");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Generation alone(Row row, ExitSettings exits) {
    return model.generate(
        Input.ofText(LocalSpark.QUESTION).withImage(row.<byte[]>getAs("content")),
        GenerationOptions.defaults().withExits(exits));
  }

  private static List<Row> rows(Dataset<Row> answered) {
    return answered.select("path", "content", "answer.*").collectAsList();
  }

  private static void assertAnswer(Row row, Generation truth) {
    assertThat(row.<String>getAs("text")).isEqualTo(truth.text());
    assertThat(row.getList(row.fieldIndex("token_ids"))).isEqualTo(truth.tokenIds());
    assertThat(row.getList(row.fieldIndex("exit_layers"))).isEqualTo(truth.exitLayers());
    assertThat(row.<Double>getAs("log_prob"))
        .isEqualTo(truth.logProbabilities().stream().mapToDouble(Double::doubleValue).sum());
    assertThat(row.<String>getAs("finish")).isEqualTo("eos");
    assertThat(row.<String>getAs("error")).isNull();
    assertThat(row.<String>getAs("json"))
        .startsWith("{\"text\":")
        .contains("\"token_ids\":", "\"layers_run\":")
        .doesNotContain("timing");
  }

  @Test
  void areThoseOfTheModelInTheOrderOfTheRows() {
    Dataset<Row> files = LocalSpark.files(folder).coalesce(2).cache();
    DeedTransformer reader = LocalSpark.reader().setHandleInvalid("keep");

    List<Row> answered = rows(reader.transform(files));

    List<Row> asked = files.collectAsList();
    assertThat(answered).hasSize(asked.size());
    for (int i = 0; i < asked.size(); i++) {
      Row row = answered.get(i);
      assertThat(row.<String>getAs("path")).isEqualTo(asked.get(i).getAs("path"));
      if (row.<String>getAs("path").endsWith("broken.png")) {
        assertThat(row.<String>getAs("text")).isNull();
        assertThat(row.<String>getAs("error")).startsWith("picture: ").contains("; ");
      } else {
        assertAnswer(row, alone(row, ExitSettings.own()));
      }
    }
    Map<String, Long> counts = reader.counts();
    assertThat(counts).containsEntry("rows_answered", answered.size() - 1L);
    assertThat(counts).containsEntry("rows_invalid", 1L);
    long tokens =
        answered.stream()
            .filter(row -> row.getAs("error") == null)
            .mapToLong(row -> row.getList(row.fieldIndex("token_ids")).size())
            .sum();
    assertThat(counts).containsEntry("tokens", tokens);
    assertThat(counts.get("layers_run")).isBetween(tokens, 6 * tokens);
    files.unpersist();
  }

  @Test
  void skipsInvalidRows() {
    List<Row> answered =
        rows(LocalSpark.reader().setHandleInvalid("skip").transform(LocalSpark.files(folder)));

    assertThat(answered).hasSize((int) LocalSpark.files(folder).count() - 1);
    assertThat(answered)
        .noneMatch(row -> row.<String>getAs("path").endsWith("broken.png"))
        .allMatch(row -> row.getAs("error") == null);
  }

  @Test
  void anInvalidRowFailsTheJobWhichNamesIt() {
    assertThatThrownBy(() -> rows(LocalSpark.reader().transform(LocalSpark.files(folder))))
        .rootCause()
        .hasMessageMatching(
            "row \\d+ of partition \\d+ \\(path file:.*/2-broken\\.png\\): picture .*; .*,"
                + " or set handleInvalid to keep or skip");
  }

  @Test
  void settingsReachTheModel() {
    Dataset<Row> files = LocalSpark.files(folder).filter("path like '%/0-%'");
    DeedTransformer reader = LocalSpark.reader();

    for (Row row : rows(reader.setThreshold(2).transform(files))) {
      assertAnswer(row, alone(row, ExitSettings.own().with(ExitSetting.THRESHOLD, 2.0)));
    }
    for (Row row : rows(reader.setThreshold(0.1).setLossless(true).transform(files))) {
      assertAnswer(
          row,
          alone(
              row,
              ExitSettings.own()
                  .with(ExitSetting.THRESHOLD, 0.1)
                  .with(ExitSetting.LOSSLESS, true)));
    }
    List<Row> cut = rows(reader.setOptions("{\"max_new_tokens\": 3}").transform(files));
    assertThat(cut)
        .allMatch(row -> row.getList(row.fieldIndex("token_ids")).size() == 3)
        .allMatch(row -> row.<String>getAs("finish").equals("length"));
  }

  @Test
  void aStructWithContentIsAPictureToo() {
    Dataset<Row> files =
        LocalSpark.files(folder).selectExpr("struct(path, content) as page", "question");
    DeedTransformer reader = LocalSpark.reader().setImageCol("page");

    assertThatThrownBy(() -> reader.transform(files).collectAsList())
        .rootCause()
        .hasMessageContaining("2-broken.png");
    List<Row> kept = reader.setHandleInvalid("skip").transform(files).collectAsList();
    assertThat(kept).hasSize((int) files.count() - 1);
  }

  @Test
  void whatSuitsNoRowFailsWhateverBecomesOfInvalidRows() {
    DeedTransformer reader = LocalSpark.reader().setHandleInvalid("skip");
    Dataset<Row> files = LocalSpark.files(folder);

    assertThatThrownBy(
            () -> reader.setOptions("{\"eos_token_id\": 2000000}").transform(files).count())
        .rootCause()
        .hasMessageContaining("eos_token_id");
    assertThatThrownBy(() -> reader.setModel(place.toString()).transform(files).count())
        .rootCause()
        .hasMessageContaining("config.json");
  }

  @Test
  void aNullIsAnInvalidRow() {
    Map<String, String> errors = new HashMap<>();
    Dataset<Row> files =
        LocalSpark.files(folder)
            .limit(1)
            .selectExpr("'a' as path", "cast(null as binary) as content", "question");
    for (Row row : rows(LocalSpark.reader().setHandleInvalid("keep").transform(files))) {
      errors.put(row.getAs("path"), row.getAs("error"));
    }
    assertThat(errors).containsExactly(Map.entry("a", "image: is null; give the bytes of a file"));
  }

  @Test
  void allTasksShareOneModel() {
    LocalSpark.reader()
        .setMaxRows(5)
        .setHandleInvalid("skip")
        .transform(LocalSpark.files(folder).repartition(6))
        .count();

    assertThat(ExecutorModels.ofThisJvm().open())
        .filteredOn(shared -> shared.key().maxRows() == 5)
        .hasSize(1)
        .allMatch(shared -> shared.uses() == 0)
        .allMatch(shared -> shared.status().running() + shared.status().waiting() == 0);
  }
}
