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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lossless exits on the command line: options, fields of lines and of answers. */
final class LosslessCommandTest {
  private static final Path MODEL = DeedRun.model("bart");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  private Path write(String... lines) throws IOException {
    return Files.write(folder.resolve("in.jsonl"), List.of(lines));
  }

  private static List<JsonNode> results(DeedRun run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    List<JsonNode> results = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      results.add(MAPPER.readTree(line));
    }
    return results;
  }

  @Test
  void linesAskForTheAnswersOfFullDepth() throws IOException {
    String input = "{\"input_ids\": [5, 6, 7, 8], \"generation\": {\"max_new_tokens\": 20}";
    Path lines =
        write(
            input + ", \"exits\": {\"confidence\": \"full\"}}",
            input
                + ", \"exits\": {\"confidence\": \"max_prob\", \"threshold\": 0.1, \"lossless\":"
                + " true}}",
            input
                + ", \"exits\": {\"confidence\": \"static\", \"exit_at\": 2, \"lossless\": true,"
                + " \"draft_tokens\": 3, \"draft_ngrams\": 2}}",
            input + ", \"exits\": {\"confidence\": \"full\", \"lossless\": true}}",
            input
                + ", \"exits\": {\"policy\": \"full\", \"lossless\": true,"
                + " \"draft_tokens\": 3, \"draft_precision\": \"int8\"}}");
    List<JsonNode> results = results(DeedRun.of("generate", MODEL, "--input", lines, "--batch", 3));
    assertThat(results).hasSize(5);
    JsonNode full = results.getFirst();
    assertThat(full.has("drafted") || full.has("accepted")).isFalse();
    for (JsonNode verified : results.subList(1, 5)) {
      for (String same : List.of("token_ids", "log_probs", "text", "finish")) {
        assertThat(verified.get(same)).as(same).isEqualTo(full.get(same));
      }
      assertThat(verified.path("accepted").asInt())
          .isBetween(0, verified.path("drafted").asInt(-1));
    }
    assertThat(results.get(1).path("drafted").asInt()).isPositive();
    assertThat(results.get(2).path("drafted").asInt()).isPositive();
    assertThat(results.get(3).path("drafted").asInt()).isZero();
    assertThat(results.get(4).path("accepted").asInt()).isPositive();
    assertThat(results.get(4).path("exit_layers").toString()).contains("0");
  }

  @Test
  void optionsHoldForLinesThatSayNothingElse() throws IOException {
    Path lines =
        write(
            "{\"input_ids\": [5, 6, 7, 8]}",
            "{\"input_ids\": [5, 6, 7, 8], \"exits\": {\"lossless\": false}}");
    String[] options = {"--policy", "max_prob:0.1", "--lossless", "--draft-tokens", "4"};
    List<JsonNode> results =
        results(
            DeedRun.of(
                "generate",
                MODEL,
                "--input",
                lines,
                options[0],
                options[1],
                options[2],
                options[3],
                options[4],
                "--draft-ngrams",
                2));
    assertThat(results.getFirst().path("drafted").asInt()).isPositive();
    assertThat(results.get(1).has("drafted")).isFalse();
    results =
        results(
            DeedRun.of(
                "generate",
                MODEL,
                "--input",
                lines,
                "--policy",
                "max_prob:0.1@lossless",
                "--no-lossless"));
    assertThat(results.getFirst().has("drafted")).isFalse();
    String[] narrow = {"--policy", "full", "--lossless", "--draft-precision", "int8"};
    results =
        results(
            DeedRun.of(
                "generate",
                MODEL,
                "--input",
                lines,
                narrow[0],
                narrow[1],
                narrow[2],
                narrow[3],
                narrow[4],
                "--draft-tokens",
                3));
    assertThat(results.getFirst().path("accepted").asInt()).isPositive();
    assertThat(results.get(1).has("drafted")).isFalse();
  }

  @Test
  void jobsSumUpTheirDrafts() throws IOException {
    Path lines = write("{\"input_ids\": [5, 6, 7, 8]}", "{\"input_ids\": [9, 6, 7]}");
    Path output = folder.resolve("out.jsonl");
    DeedRun plain =
        DeedRun.of(
            "generate",
            MODEL,
            "--input",
            lines,
            "--output",
            output,
            "--lossless",
            "--threshold",
            0.1);
    assertThat(plain.err())
        .containsPattern("of decoder layers saved, \\d+\\.\\d % of [\\d,]+ drafts kept; ");
    DeedRun json =
        DeedRun.of(
            "generate",
            MODEL,
            "--input",
            lines,
            "--output",
            output,
            "--overwrite",
            "--lossless",
            "--threshold",
            0.1,
            "--json");
    JsonNode summary = MAPPER.readTree(json.out());
    int drafted = 0;
    for (String line : Files.readAllLines(output)) {
      drafted += MAPPER.readTree(line).path("drafted").asInt();
    }
    assertThat(drafted).isPositive();
    assertThat(summary.path("drafted").asInt()).isEqualTo(drafted);
    assertThat(summary.path("accepted").asInt()).isBetween(0, drafted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--lossless --history copy | --lossless: verifies drafts with the features of every layer",
        "--draft-tokens 65 | --draft-tokens: is not a whole number from 1 to 64",
        "--draft-ngrams 17 --lossless | --draft-ngrams: is not a whole number from 0 to 16",
        "--lossless --draft-precision int4 | --draft-precision: is not own or int8",
        "--draft-precision int8 --policy full@lossless --beams 2 | lossless exits: verify greedy",
        "--no-lossless --draft-tokens 4 | --draft-tokens: belongs to lossless exits",
      })
  void optionsThatDoNotGoTogether(String options, String message) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("generate", MODEL, "--input"));
    arguments.add(write("{\"input_ids\": [5, 6]}"));
    arguments.addAll(List.of(options.split(" ", -1)));
    DeedRun.of(arguments.toArray()).assertOneLine(2, message);
  }

  @Test
  void aLineThatAsksForBeamsIsToldSo() throws IOException {
    Path lines =
        write(
            "{\"input_ids\": [5, 6], \"generation\": {\"num_beams\": 2}}",
            "{\"input_ids\": [5, 6], \"exits\": {\"lossless\": false, \"draft_tokens\": 2}}",
            "{\"input_ids\": [5, 6]}");
    DeedRun run = DeedRun.of("generate", MODEL, "--input", lines, "--lossless");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("2 of 3 lines");
    List<String> results = run.out().lines().toList();
    assertThat(results.getFirst()).contains("lossless exits: verify greedy or drawn answers");
    assertThat(results.get(1)).contains("field exits.draft_tokens: belongs to lossless exits");
  }

  @Test
  void calibrationIsNotNeeded() throws IOException {
    DeedRun.of(
            "calibrate",
            MODEL,
            "--data",
            write(
                "{\"input_ids\": [5], \"target\": \"a\"}",
                "{\"input_ids\": [6], \"target\": \"b\"}"),
            "--metric",
            "exact",
            "--confidence",
            "max_prob@lossless")
        .assertOneLine(2, "--confidence", "lossless exits are calibrated by cost alone");
  }

  /** A copy, since commands write into it. */
  private Path copy() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    return model;
  }

  @Test
  void theFolderMaySayWhatLosslessMeans() throws IOException {
    Path model = copy();
    Path config = model.resolve("config.json");
    ObjectNode json = (ObjectNode) MAPPER.readTree(config.toFile());
    ((ObjectNode) json.get("exits"))
        .putObject("lossless_policy")
        .put("confidence", "margin")
        .put("threshold", 0.25)
        .put("draft_ngrams", 2);
    Files.writeString(config, json.toString());
    JsonNode exits = MAPPER.readTree(DeedRun.of("info", model, "--json").out()).path("exits");
    assertThat(exits.path("policy").path("policy").asText()).isEqualTo("max_prob");
    assertThat(exits.path("lossless_policy").toString())
        .isEqualTo(
            "{\"policy\":\"margin\",\"threshold\":0.25,\"lossless\":true,\"draft_ngrams\":2}");
    ((ObjectNode) json.get("exits")).put("lossless", true);
    Files.writeString(config, json.toString());
    DeedRun.of("info", model).assertOneLine(2, "lossless", "leave out lossless_policy");
  }

  /** The measure is that of drafts, so nothing is missing that a line might yet say. */
  @Test
  void whatNoLineCanRunIsRefusedBeforeTheJob() throws IOException {
    Path model = copy();
    Path config = model.resolve("config.json");
    ObjectNode json = (ObjectNode) MAPPER.readTree(config.toFile());
    ObjectNode exits = (ObjectNode) json.get("exits");
    exits.remove(List.of("confidence", "threshold"));
    exits.putObject("lossless_policy").put("confidence", "margin");
    Files.writeString(config, json.toString());
    Path lines = write("{\"input_ids\": [5, 6]}");
    List<Object> words =
        new ArrayList<>(
            List.of("generate", model, "--input", lines, "--lossless", "--threshold", 0.5));
    assertThat(results(DeedRun.of(words.toArray())).getFirst().has("drafted")).isTrue();
    words.addAll(List.of("--exit-layers", 99));
    DeedRun.of(words.toArray()).assertOneLine(2, "exit layer 99: the model has exits at");
  }

  /** Inputs need no targets. What promises answers does not go with it. */
  @Test
  void calibrationGoesByCostAlone() throws IOException {
    Path model = copy();
    Path data = write("{\"input_ids\": [5, 6]}", "{\"input_ids\": [6]}", "{\"input_ids\": [7]}");
    DeedRun run =
        DeedRun.of(
            "calibrate",
            model,
            "--data",
            data,
            "--lossless",
            "--thresholds",
            "0.01,2",
            "--warm-up",
            0,
            "--json");
    assertThat(run.code()).as(run.err()).isIn(0, 1);
    JsonNode json = MAPPER.readTree(run.out());
    assertThat(json.path("lossless").asBoolean()).isTrue();
    assertThat(json.path("tested")).isNotEmpty();
    JsonNode exits = MAPPER.readTree(model.resolve("config.json").toFile()).path("exits");
    assertThat(exits.has("lossless_policy")).isEqualTo(run.code() == 0);
    assertThat(exits.path("threshold").asDouble()).isEqualTo(0.9);
    for (String option : List.of("--metric exact", "--tolerance 1", "--corpus", "--decay 0.1")) {
      List<Object> words = new ArrayList<>(List.of("calibrate", model, "--data", data));
      words.addAll(List.of(option.split(" ")));
      words.add("--lossless");
      DeedRun.of(words.toArray())
          .assertOneLine(2, option.split(" ")[0], "does not go with --lossless");
    }
  }

  @Test
  void evalMeasuresThemApart() throws IOException {
    Path data = write("{\"input_ids\": [5, 6, 7], \"target\": \"4 5\"}");
    DeedRun run =
        DeedRun.of(
            "eval",
            MODEL,
            "--data",
            data,
            "--metric",
            "exact",
            "--policies",
            "full; max_prob:0.1; max_prob:0.1@lossless,drafts=4; max_prob:0.1@lossless",
            "--warm-up",
            0,
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode rows = MAPPER.readTree(run.out()).path("rows");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      assertThat(row.path("same_as").isNull() || row.path("same_as").isMissingNode()).isTrue();
    }
    assertThat(rows.get(2).path("agreement").asDouble()).isEqualTo(1);
    assertThat(rows.get(3).path("agreement").asDouble()).isEqualTo(1);
    assertThat(rows.get(1).has("drafted")).isFalse();
    JsonNode lossless = rows.get(2);
    assertThat(lossless.path("drafted").asInt()).isPositive();
    assertThat(lossless.path("accepted_share").asDouble())
        .isEqualTo(lossless.path("accepted").asDouble() / lossless.path("drafted").asInt());
    assertThat(lossless.path("draft_length").asDouble())
        .isEqualTo(lossless.path("drafted").asDouble() / lossless.path("verifications").asInt());
    assertThat(lossless.path("differing").asInt()).isZero();
    assertThat(lossless.path("interval").path("accepted_share")).hasSize(2);
  }
}
