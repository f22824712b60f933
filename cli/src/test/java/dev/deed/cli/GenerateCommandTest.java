package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches and settings of {@code deed generate}. */
final class GenerateCommandTest {
  private static final Path MODEL = DeedRun.model("bart");
  private static final String[] SETTINGS = {
    "",
    ", \"generation\": {\"max_new_tokens\": 3}",
    ", \"exits\": {\"confidence\": \"full\"}",
    ", \"exits\": {\"confidence\": \"static\", \"exit_at\": 2}",
    ", \"exits\": {\"confidence\": \"margin\", \"threshold\": 0.1, \"history\": \"copy\"}",
    ", \"exits\": {\"confidence\": \"entropy\", \"threshold\": 0.2, \"min_layer\": 2}",
    ", \"exits\": {\"confidence\": \"no_such\"}",
    ", \"generation\": {\"num_beams\": 2}",
  };

  @TempDir Path folder = Path.of("");

  private Path write(String... lines) throws IOException {
    return Files.write(folder.resolve("in.jsonl"), List.of(lines));
  }

  private static List<ObjectNode> results(String jsonLines) throws IOException {
    List<ObjectNode> results = new ArrayList<>();
    for (String line : jsonLines.lines().toList()) {
      ObjectNode result = (ObjectNode) new ObjectMapper().readTree(line);
      result.remove("timing");
      results.add(result);
    }
    return results;
  }

  @Test
  void batchesGiveWhatLinesAloneGive() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      lines.add(
          "{\"id\": %d, \"input_ids\": [%d, 7, %d]%s}"
              .formatted(i, 4 + i, i % 9 == 4 ? 999 : 100 + 3 * i, SETTINGS[i % SETTINGS.length]));
    }
    lines.add(5, "{ no json");
    Path input = write(lines.toArray(new String[0]));
    DeedRun alone = DeedRun.of("generate", MODEL, "--input", input);
    List<ObjectNode> expected = results(alone.out());
    assertThat(expected).hasSize(25);
    long failed = expected.stream().filter(result -> result.has("error")).count();
    assertThat(failed).isBetween(7L, 10L);
    alone.assertOneLine(1, failed + " of 25 lines");
    for (int batch : new int[] {2, 7, 64}) {
      Path output = folder.resolve("out.jsonl");
      DeedRun run =
          DeedRun.of("generate", MODEL, "--input", input, "--output", output, "--batch", batch);
      assertThat(run.code()).isEqualTo(1);
      assertThat(results(Files.readString(output))).isEqualTo(expected);
    }
  }

  @Test
  void aThresholdAloneIsForTheModelsOwnConfidence() throws IOException {
    Files.copy(MODEL.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    ObjectNode config =
        (ObjectNode) new ObjectMapper().readTree(MODEL.resolve("config.json").toFile());
    config.withObject("/exits").put("confidence", "entropy").put("threshold", 2);
    Files.writeString(folder.resolve("config.json"), config.toString());
    Path input = write("{\"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 8}}");
    assertThat(layers(DeedRun.of("generate", folder, "--input", input))).containsOnly(6);
    assertThat(layers(DeedRun.of("generate", folder, "--input", input, "--threshold", -2)))
        .containsOnly(1);
    assertThat(layers(DeedRun.of("generate", folder, "--input", input, "--policy", "entropy")))
        .as("the model's own threshold where it is its own confidence")
        .containsOnly(6);
    write("{\"input_ids\": [5, 6, 7], \"exits\": {\"threshold\": -2, \"min_layer\": 3}}");
    assertThat(layers(DeedRun.of("generate", folder, "--input", input))).containsOnly(3);
    config.withObject("/exits").remove(List.of("confidence", "threshold"));
    Files.writeString(folder.resolve("config.json"), config.toString());
    assertThat(DeedRun.of("generate", folder, "--input", input).out())
        .contains("no confidence of its own");
  }

  private static List<Integer> layers(DeedRun run) throws IOException {
    assertThat(run.code()).as(run.err() + run.out()).isZero();
    List<Integer> layers = new ArrayList<>();
    results(run.out()).getFirst().path("exit_layers").forEach(layer -> layers.add(layer.asInt()));
    return layers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"num_beams\": 4",
        "\"num_return_sequences\": 2",
        "\"do_sample\": true",
        "\"repetition_penalty\": 1.2",
        "\"encoder_repetition_penalty\": 1.2",
        "\"no_repeat_ngram_size\": 3",
        "\"encoder_no_repeat_ngram_size\": 3",
        "\"min_new_tokens\": 2",
        "\"min_length\": 2",
        "\"penalty_alpha\": 0.6",
        "\"guidance_scale\": 1.5",
        "\"forced_bos_token_id\": 0",
        "\"forced_eos_token_id\": 2",
        "\"forced_decoder_ids\": [[1, 5]]",
        "\"suppress_tokens\": [5]",
        "\"begin_suppress_tokens\": [5]",
        "\"bad_words_ids\": [[5]]",
        "\"force_words_ids\": [[5]]",
        "\"sequence_bias\": [[[5], 1.0]]",
        "\"exponential_decay_length_penalty\": [2, 1.1]",
        "\"stop_strings\": \"x\"",
        "\"max_time\": 1.0"
      })
  void settingsBeyondGreedyDecodingAreRefusedWhereverTheyStand(String setting) throws IOException {
    String key = setting.substring(1, setting.indexOf('"', 1));
    Path input = write("{\"input_ids\": [5], \"generation\": {%s}}".formatted(setting));
    DeedRun line = DeedRun.of("generate", MODEL, "--input", input);
    assertThat(line.code()).isEqualTo(1);
    assertThat(line.out()).contains("\"error\"", key, "not supported yet");

    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(name), folder.resolve(name));
    }
    Files.writeString(folder.resolve("generation_config.json"), "{%s}".formatted(setting));
    write(
        "{\"input_ids\": [5]}",
        "{\"input_ids\": [5], \"generation\": {\"%s\": null}}".formatted(key));
    DeedRun ofFolder = DeedRun.of("generate", folder, "--input", input);
    assertThat(ofFolder.code()).isEqualTo(1);
    assertThat(results(ofFolder.out()).get(0).path("error").asText())
        .contains(key, "not supported yet");
    assertThat(results(ofFolder.out()).get(1).has("error")).as("null switches it off").isFalse();
  }

  @Test
  void optionsThatDoNotSuitTheModelAreToldBeforeTheFirstLine() throws IOException {
    Path input = write("{\"input_ids\": [5]}");
    for (List<String> options :
        List.of(
            List.of("--policy", "max_prob", "--exit-layers", "9"),
            List.of("--policy", "max_prob", "--min-layer", "0"),
            List.of("--policy", "max_prob", "--min-layer", "7"),
            List.of("--policy", "static", "--exit-at", "9"),
            List.of("--policy", "best"),
            List.of("--history", "none"),
            List.of("--batch", "-1"),
            List.of("--batch", "x"),
            List.of("--threads", "0"),
            List.of("--max-new-tokens", "0"),
            List.of("--beams", "4"),
            List.of("--prompt", "x"))) {
      List<Object> arguments = new ArrayList<>(List.of("generate", MODEL, "--input", input));
      arguments.addAll(options);
      DeedRun run = DeedRun.of(arguments.toArray());
      run.assertOneLine(2);
      assertThat(run.out()).isEmpty();
    }
    DeedRun.of("generate", MODEL, "--prompt", "x", "--output", "y").assertOneLine(2, "--output");
  }
}
