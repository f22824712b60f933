package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beams, draws and several answers of {@code deed generate}. */
final class GenerateSearchTest {
  private static final Path MODEL = DeedRun.model("bart");

  @TempDir Path folder = Path.of("");

  private Path write(String... lines) throws IOException {
    return Files.write(folder.resolve("in.jsonl"), List.of(lines));
  }

  @Test
  void beamsGiveSequencesBestFirst() throws IOException {
    Path input =
        write(
            "{\"input_ids\": [5, 6, 7]}",
            "{\"input_ids\": [5, 6, 7], \"generation\": {\"num_beams\": 1,"
                + " \"num_return_sequences\": null, \"length_penalty\": null}}");
    DeedRun run =
        DeedRun.of(
            "generate",
            MODEL,
            "--input",
            input,
            "--beams",
            3,
            "--return",
            2,
            "--max-new-tokens",
            6,
            "--length-penalty",
            0.5,
            "--early-stopping",
            "never");
    assertThat(run.code()).as(run.err() + run.out()).isZero();
    ObjectNode beams = GenerateCommandTest.results(run.out()).get(0);
    assertThat(beams.path("sequences")).hasSize(2);
    for (String field : List.of("text", "token_ids", "exit_layers", "finish")) {
      assertThat(beams.path("sequences").path(0).path(field)).isEqualTo(beams.path(field));
    }
    double sum = 0;
    for (JsonNode logProbability : beams.path("log_probs")) {
      sum += logProbability.asDouble();
    }
    int length = beams.path("token_ids").size();
    assertThat(beams.path("sequences").path(0).path("score").asDouble())
        .isCloseTo(sum / Math.sqrt(length), within(1e-5))
        .isGreaterThanOrEqualTo(beams.path("sequences").path(1).path("score").asDouble());
    assertThat(GenerateCommandTest.results(run.out()).get(1).has("sequences"))
        .as("greedy by the line")
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--beams", "--seed"})
  void severalAnswersArePrintedBestFirst(String how) throws IOException {
    Path model = DeedRun.ROOT.resolve("models/screenshot-markup");
    Object[] arguments = {
      "generate", model, "--image", model.resolve("samples/one-row.png"), how, 3, "--return", 3
    };
    List<Object> json = new ArrayList<>(List.of(arguments));
    json.add("--json");
    List<String> expected = new ArrayList<>();
    JsonNode sequences =
        GenerateCommandTest.results(DeedRun.of(json.toArray()).out()).getFirst().path("sequences");
    for (JsonNode sequence : sequences) {
      expected.add(
          String.format(
              Locale.ROOT,
              "[%d] score %.4f%n%s%n",
              expected.size() + 1,
              sequence.path("score").asDouble(),
              sequence.path("text").asText()));
    }
    assertThat(expected).hasSize(3);
    DeedRun text = DeedRun.of(arguments);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).isEqualTo(String.join(System.lineSeparator(), expected));
    List<Object> untold = new ArrayList<>(List.of(arguments));
    untold.addAll(List.of("--log-probs", "off"));
    assertThat(DeedRun.of(untold.toArray()).out())
        .isEqualTo(text.out().replaceAll("] score .*", "]"));
  }

  @Test
  void theSeedAloneDecidesAboutDraws() throws IOException {
    String[] lines = new String[6];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "{\"id\": %d, \"input_ids\": [%d, 6, 7]}".formatted(i, 5 + i);
    }
    Path input = write(lines);
    List<Object> options =
        List.of(
            "generate",
            MODEL,
            "--input",
            input,
            "--seed",
            3,
            "--return",
            2,
            "--temperature",
            2,
            "--top-k",
            100,
            "--top-p",
            0.95,
            "--policy",
            "max_prob",
            "--threshold",
            0.1);
    List<ObjectNode> expected = GenerateCommandTest.results(DeedRun.of(options.toArray()).out());
    assertThat(expected.getFirst().path("sequences")).hasSize(2);
    for (List<Object> other :
        List.of(List.<Object>of("--batch", 4), List.<Object>of("--threads", 1))) {
      List<Object> all = new ArrayList<>(options);
      all.addAll(other);
      assertThat(GenerateCommandTest.results(DeedRun.of(all.toArray()).out())).isEqualTo(expected);
    }
    List<Object> seeded = new ArrayList<>(options);
    seeded.set(5, 4);
    assertThat(GenerateCommandTest.results(DeedRun.of(seeded.toArray()).out()))
        .isNotEqualTo(expected);
  }
}
