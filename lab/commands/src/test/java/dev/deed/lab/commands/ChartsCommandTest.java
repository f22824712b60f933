package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.cli.DeedRun;
import dev.deed.evaluation.Metric;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed charts} on files as the commands write them. */
@EnabledOnOs(OS.LINUX)
final class ChartsCommandTest {
  private static final Path PYTHON = DeedRun.ROOT.resolve(".deed/charts/bin/python");

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

  private static final String LOG =
      """
      {"step": 1, "loss": 3.0, "exit_losses": [4.0, 3.0]}
      {"step": 2, "loss": 2.0, "exit_losses": [3.0, 2.0]}
      {"step": 2, "val_loss": 2.5, "val_exit_losses": [3.5, 2.5]}
      """;

  @TempDir Path folder = Path.of("");

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String row(String model, String policy) {
    return """
        {"model": "%s", "policy": "%s", "metrics": {"exact": 90.0}, "decode_ms": 20,
         "interval": {"exact": [89.0, 91.0], "decode_ms": [9.0, 31.0]},
         "exits": {"share_by_layer": [0.5, 0.5], "mean_layer_by_position": [1.5, 1.5]}}
        """
        .formatted(model, policy);
  }

  private Path evaluation(String name, List<String> models) throws IOException {
    List<String> policies =
        List.of("full", "static:1", "default", "max_prob:0.9@layers=1,2", "copy:margin:0.5");
    String rows =
        models.stream()
            .flatMap(model -> policies.stream().map(policy -> row(model, policy)))
            .reduce((one, other) -> one + "," + other)
            .orElseThrow();
    return file(
        name, "{\"data\": \"a/b/test.jsonl\", \"examples\": 2000, \"rows\": [" + rows + "]}");
  }

  private static DeedRun draw(Object... arguments) {
    assumeTrue(
        Files.exists(PYTHON),
        "skipped: charts need Matplotlib, in .deed/charts; lab/charts/install brings it");
    return DeedRun.of(arguments);
  }

  @Test
  void drawsWhatEachCommandWrote() throws IOException {
    Path out = folder.resolve("out");
    DeedRun run =
        draw(
            "charts",
            evaluation("evaluation.json", List.of("m")),
            file("bench.json", BENCH),
            file("log.jsonl", LOG),
            "--out",
            out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            out.resolve("evaluation.png").toString(),
            out.resolve("evaluation-exits.png").toString(),
            out.resolve("bench.png").toString(),
            out.resolve("log.png").toString());
    for (String line : run.out().lines().toList()) {
      BufferedImage picture = ImageIO.read(Path.of(line).toFile());
      assertThat(picture.getWidth()).as(line).isBetween(1800, 2000);
      assertThat(picture.getRGB(0, 0)).as(line).isEqualTo(0xffffffff);
    }
  }

  @Test
  void manyModelsAreDrawnBesideTheFileAndNamedAsJson() throws IOException {
    Path file =
        evaluation("many.json", List.of("w/a", "w/b", "w/c", "w/d", "w/e", "w/f", "w/g", "w/h"));
    DeedRun run = draw("charts", file, "--json");
    assertThat(run.out()).startsWith("{\"charts\":[\"").contains("many-exits.png");
    assertThat(folder.resolve("many.png")).isNotEmptyFile();
  }

  @Test
  void anythingElseIsRefusedInOneLine() throws IOException {
    for (String text : new String[] {"", "{}", "[1]", "no JSON", "{\"rows\": [{}]}"}) {
      draw("charts", file("other.json", text)).assertOneLine(2, "other.json: ", "give ");
    }
    draw("charts", folder.resolve("none.json")).assertOneLine(2, "none.json: is no file; ");
    draw("charts", file("log.jsonl", LOG), "--out", "/proc/none")
        .assertOneLine(2, "cannot be written (");
    assertThat(folder.resolve("other.png")).doesNotExist();
  }

  @Test
  void whatIsMissingIsToldWithWhatToInstall() throws IOException {
    Path file = file("log.jsonl", LOG);
    DeedRun.of("charts", file, "--python", folder.resolve("none"))
        .assertOneLine(2, "cannot be started; install Python 3 (", "lab/charts/install");
    DeedRun.of("charts", file, "--python", "/bin/true")
        .assertOneLine(2, "log.jsonl: cannot be drawn by /bin/true (); run lab/charts/install");
    assertThat(folder.resolve("log.png")).doesNotExist();
  }

  /** The script cannot ask. */
  @Test
  void theScriptKnowsOfWhichMetricsLessIsBetter() throws IOException {
    String script = Files.readString(DeedRun.ROOT.resolve("lab/charts/charts.py"));
    for (Metric metric : Metric.all()) {
      if (!metric.higherIsBetter()) {
        assertThat(script).contains("\"" + metric.name() + "\"");
      }
    }
  }
}
