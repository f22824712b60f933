package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The models that ship, and what the README says to do with them. */
final class ShippedModelTest {

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {"screenshot-markup", "ofa-tasks", "text-lines", "formulas", "referring", "values"})
  void answersTheSamplesAtFullDepthAndWithItsOwnExits(String name) throws IOException {
    Path model = DeedRun.ROOT.resolve("models").resolve(name);
    Path samples = model.resolve("samples/samples.jsonl");
    for (List<String> policy : List.of(List.of("--policy", "full"), List.<String>of())) {
      Path out = folder.resolve("answers" + policy.size() + ".jsonl");
      List<Object> arguments =
          new ArrayList<>(
              List.of("generate", model, "--input", samples, "--output", out, "--quiet"));
      arguments.addAll(policy);
      DeedRun run = DeedRun.of(arguments.toArray());
      assertThat(run.code()).as(run.err()).isZero();
      List<String> lines = Files.readAllLines(out);
      assertThat(lines).hasSize(6);
      for (String line : lines) {
        JsonNode answer = new ObjectMapper().readTree(line);
        assertThat(answer.path("text")).as(line).isEqualTo(answer.path("target"));
        assertThat(answer.path("finish").asText()).isEqualTo("eos");
      }
    }
  }

  @Test
  void anAnswerThatIsCutOffSaysSo() {
    Object[] asked = {
      "generate", DeedRun.ROOT.resolve("models/values"), "--prompt", "it: 12,50 euro", "--quiet"
    };
    assertThat(DeedRun.of(asked).err()).isEmpty();
    asked[4] = "--max-new-tokens=1";
    DeedRun held = DeedRun.of(asked);
    assertThat(held.code()).isEqualTo(1);
    assertThat(held.err())
        .contains("deed: answer: is cut off at its most tokens before it is a text of the language")
        .hasLineCount(1);
    Object[] line = {
      "generate",
      DeedRun.ROOT.resolve("models/text-lines"),
      "--image",
      DeedRun.ROOT.resolve("models/text-lines/samples/amount.png"),
      "--max-new-tokens=1"
    };
    DeedRun free = DeedRun.of(line);
    assertThat(free.code()).isZero();
    assertThat(free.err())
        .isEqualToIgnoringNewLines(
            "deed: the answer is cut off at its most tokens; --max-new-tokens N sets them");
  }

  @Test
  void linesWhoseAnswersAreCutOffHaveAWarning() throws IOException {
    Path input =
        Files.writeString(folder.resolve("held.jsonl"), "{\"prompt\": \"it: 12,50 euro\"}\n");
    Path model = DeedRun.ROOT.resolve("models/values");
    DeedRun run =
        DeedRun.of("generate", model, "--input", input, "--max-new-tokens", "1", "--quiet");
    assertThat(run.code()).isZero();
    assertThat(new ObjectMapper().readTree(run.out()).path("warning").asText())
        .startsWith("answer: is cut off");
    assertThat(run.err()).contains("1 of 1 answers are cut off");
    // A beginning that is a text of the language is whole.
    DeedRun whole =
        DeedRun.of(
            "generate",
            model,
            "--prompt",
            "it: Oggi",
            "--regex",
            "[a-z ]*",
            "--max-new-tokens",
            "1");
    assertThat(whole.code()).isZero();
  }

  @Test
  @Tag("night")
  void demoShowsWhatEarlyExitsSave() throws IOException {
    DeedRun run = DeedRun.of("demo", "--json", "--repeats", 1);
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode demo = new ObjectMapper().readTree(run.out());
    assertThat(demo.path("samples")).hasSize(36);
    Set<Integer> layers = new TreeSet<>();
    for (JsonNode sample : demo.path("samples")) {
      assertThat(sample.path("equal_to_full").asBoolean()).isTrue();
      assertThat(sample.path("lossless").path("equal_to_full").asBoolean()).isTrue();
      if (sample.path("model").asText().endsWith("ofa-tasks")) {
        sample.path("exit_layers").forEach(layer -> layers.add(layer.asInt()));
      }
    }
    assertThat(layers).as("depth").contains(1, 2, 3, 4);
    assertThat(demo.path("model").asText()).endsWith("ofa-tasks");
    assertThat(demo.path("layers_run_share").asDouble()).isLessThan(0.6);
    JsonNode screenshots = demo.path("models").path(1);
    assertThat(screenshots.path("model").asText()).endsWith("screenshot-markup");
    JsonNode early = screenshots.path("decodings").path("early");
    assertThat(early.path("layers_run_share").asDouble()).isLessThan(0.5);
  }

  /** The Java example of the README, compiled and run in the repository's root as it stands. */
  @Test
  void theExampleOfTheReadmeRuns() throws Exception {
    String readme = Files.readString(DeedRun.ROOT.resolve("README.md"));
    String example = readme.substring(readme.indexOf("```java\n") + 8);
    Path source =
        Files.writeString(
            folder.resolve("Example.java"), example.substring(0, example.indexOf("```")));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString())
            .directory(DeedRun.ROOT.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    Path samples = DeedRun.ROOT.resolve("models/screenshot-markup/samples/samples.jsonl");
    JsonNode sample = new ObjectMapper().readTree(Files.readAllLines(samples).getFirst());
    assertThat(out).contains(sample.path("target").asText());
  }
}
