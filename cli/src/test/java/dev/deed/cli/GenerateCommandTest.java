package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Batches and settings of {@code deed generate}; {@link GenerateSearchTest} has its searches. */
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
    ", \"generation\": {\"num_beams\": 3, \"num_return_sequences\": 2}",
    ", \"generation\": {\"do_sample\": true, \"seed\": 5, \"num_return_sequences\": 2}",
    ", \"generation\": {\"repetition_penalty\": 1.5, \"min_new_tokens\": 4}",
    ", \"generation\": {\"num_beam\": 2}",
  };

  @TempDir Path folder = Path.of("");

  private Path write(String... lines) throws IOException {
    return Files.write(folder.resolve("in.jsonl"), List.of(lines));
  }

  static List<ObjectNode> results(String jsonLines) throws IOException {
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
    for (int i = 0; i < 33; i++) {
      lines.add(
          "{\"id\": %d, \"input_ids\": [%d, 7, %d]%s}"
              .formatted(i, 4 + i, i % 9 == 4 ? 999 : 100 + 3 * i, SETTINGS[i % SETTINGS.length]));
    }
    lines.add(5, "{ no json");
    Path input = write(lines.toArray(new String[0]));
    DeedRun alone = DeedRun.of("generate", MODEL, "--input", input, "--quiet");
    List<ObjectNode> expected = results(alone.out());
    assertThat(expected).hasSize(34);
    long failed = expected.stream().filter(result -> result.has("error")).count();
    assertThat(failed).isEqualTo(11);
    alone.assertOneLine(1, failed + " of 34 lines");
    for (int batch : new int[] {2, 7, 64}) {
      Path output = folder.resolve("out" + batch + ".jsonl");
      DeedRun run =
          DeedRun.of("generate", MODEL, "--input", input, "--output", output, "--batch", batch);
      assertThat(run.code()).isEqualTo(1);
      assertThat(results(Files.readString(output))).isEqualTo(expected);
    }
  }

  @Test
  void stopStringsEndAnswers() throws IOException {
    Path model = DeedRun.ROOT.resolve("models/screenshot-markup");
    Path sample = model.resolve("samples/one-row.png");
    String whole = DeedRun.of("generate", model, "--image", sample).out();
    DeedRun stopped =
        DeedRun.of(
            "generate",
            model,
            "--image",
            sample,
            "--stop",
            "no such",
            "--stop",
            "-active",
            "--json");
    JsonNode answer = new ObjectMapper().readTree(stopped.out());
    assertThat(answer.path("finish").asText()).isEqualTo("stop");
    assertThat(answer.path("text").asText())
        .isNotEmpty()
        .isEqualTo(whole.substring(0, whole.indexOf("-active")));
    assertThat(answer.path("exit_layers")).hasSameSizeAs(answer.path("token_ids"));
    DeedRun.of("generate", model, "--image", sample, "--stop", "")
        .assertOneLine(2, "stop", "0 characters");
    DeedRun.of("generate", model, "--image", sample, "--stop", "a", "--beams", 2)
        .assertOneLine(2, "stop", "beams");
  }

  @Test
  void predictionsAreTextsOrFiles() throws IOException {
    Path model = DeedRun.ROOT.resolve("models/screenshot-markup");
    Path sample = model.resolve("samples/one-row.png");
    String whole = DeedRun.of("generate", model, "--image", sample, "--policy", "full").out();
    Path file = Files.writeString(folder.resolve("earlier.txt"), whole.strip());
    for (String prediction : List.of(whole.strip(), "@" + file)) {
      DeedRun run =
          DeedRun.of("generate", model, "--image", sample, "--prediction", prediction, "--json");
      JsonNode answer = new ObjectMapper().readTree(run.out());
      assertThat(answer.path("text").asText()).isEqualTo(whole.strip());
      assertThat(answer.path("accepted").asInt())
          .isEqualTo(answer.path("drafted").asInt())
          .isGreaterThan(8);
    }
    DeedRun.of("generate", model, "--image", sample, "--prediction", "a", "--beams", 2)
        .assertOneLine(2, "prediction", "beam");
    DeedRun.of("generate", model, "--image", sample, "--prediction", "a", "--no-lossless")
        .assertOneLine(2, "prediction", "lossless");
    DeedRun.of("generate", model, "--image", sample, "--prediction", "@" + folder.resolve("none"))
        .assertOneLine(2, "--prediction", "there is no such file");
    for (String option : List.of("--json-schema", "--grammar")) {
      DeedRun.of("generate", MODEL, "--prompt", "a", option, folder.resolve("none"))
          .assertOneLine(2, option, "there is no such file");
    }
    Files.writeString(file, "x".repeat(300_000));
    DeedRun.of("generate", model, "--image", sample, "--prediction", "@" + file)
        .assertOneLine(2, "is larger than 262144 bytes", "shorten it");
  }

  @Test
  void onlyTokensOfADataSetAreEmitted() throws IOException {
    Path model = DeedRun.ROOT.resolve("models/screenshot-markup");
    Path sample = model.resolve("samples/one-row.png");
    DeedRun whole = DeedRun.of("generate", model, "--image", sample);
    Path all = model.resolve("samples/samples.jsonl");
    assertThat(DeedRun.of("generate", model, "--image", sample, "--only-tokens-of", all).out())
        .isEqualTo(whole.out());
    Path few = write("{\"target\": \"header { btn-active , text }\"}");
    assertThat(whole.out()).contains("btn-inactive");
    assertThat(DeedRun.of("generate", model, "--image", sample, "--only-tokens-of", few).out())
        .contains("btn-active")
        .doesNotContain("btn-inactive");
    DeedRun.of("generate", model, "--image", sample, "--only-tokens-of", few, "--screen")
        .assertOneLine(2, "--screen", "leave one of them out");
    Path none = Files.writeString(folder.resolve("none.jsonl"), "");
    DeedRun.of("generate", model, "--image", sample, "--only-tokens-of", none)
        .assertOneLine(2, "none.jsonl", "has no examples");
    DeedRun.of("generate", MODEL, "--input", few, "--only-tokens-of", few)
        .assertOneLine(2, "has no tokenizer");
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
        .contains("threshold: the model's own policy, full, does not read it");
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
        "\"num_beam_groups\": 2",
        "\"penalty_alpha\": 0.6",
        "\"guidance_scale\": 1.5",
        "\"force_words_ids\": [[5]]",
        "\"constraints\": []",
        "\"stop_strings\": \"x\"",
        "\"max_time\": 1.0",
        "\"token_healing\": true"
      })
  void settingsThatAreNotSupportedAreRefusedWhereverTheyStand(String setting) throws IOException {
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
            List.of("--threads", "100000"),
            List.of("--max-new-tokens", "0"),
            List.of("--min-new-tokens", "-1"),
            List.of("--beams", "0"),
            List.of("--return", "0"),
            List.of("--early-stopping", "soon"),
            List.of("--temperature", "-1"),
            List.of("--top-k", "-1"),
            List.of("--top-p", "1.5"),
            List.of("--beams", "2", "--policy", "max_prob", "--lossless"),
            List.of("--repetition-penalty", "0"),
            List.of("--seed", "x"),
            List.of("--decoder-prompt", "x"),
            List.of("--prompt", "x"))) {
      List<Object> arguments = new ArrayList<>(List.of("generate", MODEL, "--input", input));
      arguments.addAll(options);
      DeedRun run = DeedRun.of(arguments.toArray());
      run.assertOneLine(2);
      assertThat(run.out()).isEmpty();
    }
    DeedRun.of("generate", MODEL, "--prompt", "x", "--output", "y").assertOneLine(2, "--output");
    DeedRun.of("generate", MODEL, "--decoder-prompt", "x").assertOneLine(2, "has no input");
  }

  @Test
  void aSettingThatCannotBeUsedIsToldWithItsLine() throws IOException {
    Path input =
        write(
            "{\"input_ids\": [5], \"generation\": {\"max_new_tokens\": 1, \"top_p\": 0,"
                + " \"do_sample\": true}}",
            "{\"input_ids\": [5], \"generation\": {\"early_stopping\": \"maybe\","
                + " \"num_beams\": 2}}");
    DeedRun run = DeedRun.of("generate", MODEL, "--input", input, "--top-p", "0");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out().lines().toList().getFirst()).contains("token_ids");
    assertThat(run.out().lines().toList().getLast())
        .contains("\"error\":\"line 2: generation setting early_stopping: is");
  }

  /** It would make a good answer one that failed. */
  @Test
  void aLineCannotCarryWhatTellsOfResults() throws IOException {
    Path input =
        write(
            "{\"input_ids\": [5], \"error\": \"mine\", \"sequences\": 3, \"page\": 4,"
                + " \"generation\": {\"max_new_tokens\": 1}}");
    DeedRun run = DeedRun.of("generate", MODEL, "--input", input, "--json");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("\"page\":4").doesNotContain("error", "sequences");
    assertThat(run.err().lines().toList().getLast()).startsWith("{\"lines\":1,");
    assertThat(DeedRun.of("generate", MODEL, "--input", input, "--json", "--quiet").err())
        .doesNotContain("lines");
  }

  /** A line says otherwise, and a list in a line is that of an earlier answer. */
  @Test
  void logProbabilitiesAreToldWhereWanted() throws IOException {
    Path lines =
        write(
            "{\"input_ids\": [5, 6, 7]}",
            "{\"input_ids\": [5, 6, 7], \"log_probs\": true}",
            "{\"input_ids\": [5, 6, 7], \"log_probs\": [-1, -2]}",
            "{\"input_ids\": [5, 6, 7], \"log_probs\": \"no\"}",
            "{\"input_ids\": [5, 6, 7], \"generation\": {\"num_beams\": 2,"
                + " \"num_return_sequences\": 2}}");
    DeedRun run =
        DeedRun.of("generate", MODEL, "--input", lines, "--batch", 3, "--log-probs", "off");
    List<ObjectNode> results = results(run.out());
    assertThat(run.code()).isEqualTo(1);
    assertThat(results.stream().map(result -> result.has("log_probs")).toList())
        .containsExactly(false, true, false, false, false);
    assertThat(results.subList(0, 3).stream().map(result -> result.get("token_ids")).distinct())
        .hasSize(1);
    assertThat(results.getFirst().path("confidences")).isNotEmpty();
    assertThat(results.get(3).path("error").asText()).contains("log_probs", "true or false");
    assertThat(results.get(4).path("sequences")).hasSize(2).noneMatch(one -> one.has("score"));
    DeedRun wrong = DeedRun.of("generate", MODEL, "--prompt", "x", "--log-probs", "maybe");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--log-probs: is maybe; give true or false, or off or on");
  }

  @Test
  void misspeltSettingsAreErrorsOfTheirLine() throws IOException {
    Path input =
        write(
            "{\"input_ids\": [5], \"generation\": {\"num_beam\": 2}}",
            "{\"input_ids\": [5], \"generation\": {\"use_cache\": false, \"output_scores\": true,"
                + " \"return_dict_in_generate\": true}}");
    DeedRun run = DeedRun.of("generate", MODEL, "--input", input);
    assertThat(run.code()).isEqualTo(1);
    assertThat(results(run.out()).get(0).path("error").asText())
        .contains("num_beam", "no such setting");
    assertThat(results(run.out()).get(1).has("error")).isFalse();
  }
}
