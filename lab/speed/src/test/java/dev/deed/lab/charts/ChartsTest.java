package dev.deed.lab.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Charts of files as the commands write them. */
class ChartsTest {
  private static final String BENCH =
      """
      {"rows": [
        {"model": "m", "precision": "fp32", "screening": "auto", "head_tokens": 0, "threads": 1,
         "engine": "deed", "batch": 2, "source_length": 17, "new_tokens": 6, "ideal_ratio": 1.2},
        {"model": "m", "precision": "fp32", "screening": "off", "head_tokens": 0, "threads": 1,
         "engine": "ov-fp32", "batch": 2, "source_length": 17, "new_tokens": 6, "ideal_ratio": 2},
        {"model": "m", "precision": "fp32", "threads": 1, "engine": "x", "error": "broken"}],
       "parts": []}
      """;

  @TempDir Path folder = Path.of("");

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void anEvaluationHasItsExitsToo() throws IOException {
    Path file =
        file(
            "evaluation.json",
            """
            {"data": "a/b/test.jsonl", "examples": 2000, "rows": [
              {"model": "m", "policy": "full", "metrics": {"exact": 90.0}, "decode_ms": 20.0,
               "interval": {"exact": [89.0, 91.0], "decode_ms": [19.0, 21.0]},
               "exits": {"share_by_layer": [0, 1], "mean_layer_by_position": [2, 2]}},
              {"model": "m", "policy": "max_prob:0.9", "metrics": {"exact": 90.0},
               "decode_ms": 10.0, "interval": {"exact": [89.0, 91.0], "decode_ms": [9.0, 11.0]},
               "exits": {"share_by_layer": [0.5, 0.5], "mean_layer_by_position": [1.5, 1.5]}}]}
            """);
    assertThat(Charts.draw(file, folder))
        .containsExactly(folder.resolve("evaluation.png"), folder.resolve("evaluation-exits.png"))
        .allSatisfy(chart -> assertThat(chart).isNotEmptyFile());
    EvaluationCharts read = EvaluationCharts.read(new ObjectMapper().readTree(file.toFile()));
    assertThat(read.subject()).isEqualTo("b/test.jsonl, 2,000 examples");
    assertThat(read.rows()).hasSize(2);
  }

  @Test
  void aBenchIsBars() throws IOException {
    assertThat(Charts.draw(file("bench.json", BENCH), folder))
        .containsExactly(folder.resolve("bench.png"));
    BenchChart read = BenchChart.read(new ObjectMapper().readTree(BENCH));
    assertThat(read.title()).isEqualTo("m, 1 thread, batch 2, 17 → 6 tokens");
    assertThat(read.labels()).containsExactly("deed · fp32", "ov-fp32 · fp32, no screen");
  }

  @Test
  void aTrainingIsItsLosses() throws IOException {
    Path log =
        file(
            "log.jsonl",
            """
            {"step": 1, "loss": 3.0, "exit_losses": [4.0, 3.0]}
            {"step": 2, "loss": 2.0, "exit_losses": [3.0, 2.0]}
            {"step": 2, "val_loss": 2.5, "val_exit_losses": [3.5, 2.5]}
            """);
    assertThat(Charts.draw(log, folder)).containsExactly(folder.resolve("log.png"));
  }

  @Test
  void anythingElseIsRefused() throws IOException {
    for (String text : new String[] {"", "{}", "[1]", "no JSON", "{\"rows\": [{}]}"}) {
      Path other = file("other.json", text);
      assertThatThrownBy(() -> Charts.draw(other, folder))
          .as(text)
          .isInstanceOf(InputException.class);
    }
    assertThatThrownBy(() -> Charts.draw(folder.resolve("none.json"), folder))
        .isInstanceOf(InputException.class);
    assertThat(folder.resolve("other.png")).doesNotExist();
  }
}
