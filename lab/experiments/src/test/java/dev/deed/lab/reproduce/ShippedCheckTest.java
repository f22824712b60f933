package dev.deed.lab.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of cards beside measured ones, with commands that only leave files. */
final class ShippedCheckTest {
  private static final String STATED =
      """
      {"prepare": {"pages": ["convert", "prompt", "{data}/pages", "{work}/pages"]},
       "measure": [{"name": "reader", "data": "pages, test split",
                    "command": ["eval", "{root}/models/reader", "--data", "{work}/pages/test.jsonl"],
                    "stated": {"full": {"exact": 97.4}, "default": {"exact": 97.0}}}]}
      """;

  @TempDir Path folder = Path.of("");

  private final List<String> commands = new ArrayList<>();
  private String rows =
      """
      [{"policy": "full", "metrics": {"exact": 97.38, "bleu": 3}},
       {"policy": "default", "metrics": {"exact": 96.5}}]
      """;

  private int deed(List<String> arguments, Path log) throws IOException {
    commands.add(String.join(" ", arguments).replace(folder.toString(), ""));
    int out = arguments.indexOf("--out");
    if (out >= 0) {
      Path results = Files.createDirectories(Path.of(arguments.get(out + 1)));
      Files.writeString(results.resolve("evaluation.json"), "{\"rows\": " + rows + "}");
    }
    return 0;
  }

  private List<ShippedCheck> checked() throws IOException {
    ShippedModels models = ShippedModels.of(new ObjectMapper().readTree(STATED));
    return new Reproduction(
            folder.resolve("data"),
            folder.resolve("made"),
            folder,
            folder.resolve("results"),
            1,
            this::deed,
            line -> {})
        .checkShipped(models);
  }

  @Test
  void figuresStandBesideThoseOfTheCards() throws IOException {
    List<ShippedCheck> checks = checked();
    assertThat(commands)
        .containsExactly(
            "convert prompt /data/pages /made/shipped/pages",
            "eval /models/reader --data /made/shipped/pages/test.jsonl --out /made/shipped/reader");
    assertThat(checks)
        .containsExactly(
            new ShippedCheck("reader", "pages, test split", "full", "exact", 97.4, 97.38),
            new ShippedCheck("reader", "pages, test split", "default", "exact", 97.0, 96.5));
    assertThat(checks.getFirst().holds()).isTrue();
    assertThat(checks.getLast().holds()).isFalse();
    commands.clear();
    checked();
    assertThat(commands).hasSize(1);
  }

  @Test
  void aMissingFigureIsSaid() {
    rows = "[]";
    assertThatThrownBy(this::checked)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no exact of full");
  }

  /** Each shipped model is measured. */
  @Test
  void everyShippedModelIsThere() throws IOException {
    String commands =
        ShippedModels.read().measurements().stream()
            .map(measurement -> String.join(" ", measurement.step().command()))
            .toList()
            .toString();
    try (var models =
        Files.list(Path.of(System.getProperty("deed.root", "../..")).resolve("models"))) {
      assertThat(
              models
                  .filter(Files::isDirectory)
                  .map(model -> "{root}/models/" + model.getFileName()))
          .isNotEmpty()
          .allSatisfy(model -> assertThat(commands).contains(model + " "));
    }
  }
}
