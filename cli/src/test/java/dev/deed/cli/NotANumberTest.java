package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that are none, or infinite, at every door for thresholds and what stands beside them. */
final class NotANumberTest {
  private static final Path MODEL = DeedRun.model("bart");

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generate | --threshold NaN | --threshold: is not a number",
        "generate | --threshold Infinity | --threshold: is not a number",
        "generate | --threshold -Infinity | --threshold: is not a number",
        "generate | --threshold 1e999 | --threshold: is not a number",
        "generate | --policy max_prob:NaN | threshold: is not a number",
        "generate | --policy gate:-Infinity | threshold: is not a number",
        "generate | --policy max_prob:1e999 | threshold: is not a number",
        "generate | --policy max_prob:0.9@decay=NaN | decay: is not a number",
        "generate | --policy max_prob:0.9@gate=1e999 | gate: is not",
        "generate | --length-penalty NaN | --length-penalty: is NaN",
        "generate | --length-penalty Infinity | --length-penalty: is Infinity",
        "generate | --temperature NaN | --temperature: is NaN",
        "generate | --top-p NaN | --top-p: is NaN",
        "generate | --repetition-penalty Infinity | --repetition-penalty: is Infinity",
        "eval | --metric exact --policies max_prob:NaN | threshold: is not a number",
        "eval | --metric exact --policies full;max_prob:0.5,1e999 | threshold: is not",
        "calibrate | --metric exact --tolerance NaN | tolerance",
        "calibrate | --metric exact --tolerance Infinity | tolerance",
        "calibrate | --metric exact --tolerance 1 --level NaN | level",
        "calibrate | --metric exact --tolerance 1 --gates NaN | --gates: is NaN",
        "calibrate | --metric exact --tolerance 1 --decay NaN | --decay: is NaN",
        "calibrate | --metric exact --tolerance 1 --decay Infinity | --decay: is Infinity",
      })
  void options(String command, String options, String told) throws IOException {
    Path lines =
        Files.writeString(folder.resolve("in.jsonl"), "{\"input_ids\": [5], \"target\": \"a\"}\n");
    List<Object> words = new ArrayList<>(List.of(command, MODEL));
    words.addAll(List.of(command.equals("generate") ? "--input" : "--data", lines));
    words.addAll(Arrays.asList(options.split(" ")));
    DeedRun run = DeedRun.of(words.toArray());
    run.assertOneLine(Failures.BAD_INPUT, told);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"exponential_decay_length_penalty\": [1, 1e999]}",
        "{\"repetition_penalty\": 1e999}",
        "{\"sequence_bias\": [[[5], 1e999]]}",
      })
  void generationOfALineAndOfTheModel(String generation) throws IOException {
    Path lines =
        Files.writeString(
            folder.resolve("in.jsonl"), "{\"input_ids\": [5], \"generation\": " + generation + "}");
    assertRefused(DeedRun.of("generate", MODEL, "--input", lines), "is Infinity, nothing that");
    Path model = Files.createDirectory(folder.resolve("model"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(file), model.resolve(file));
    }
    Files.writeString(model.resolve("generation_config.json"), generation);
    Files.writeString(lines, "{\"input_ids\": [5]}");
    assertRefused(DeedRun.of("generate", model, "--input", lines), "must be ");
  }

  private static void assertRefused(DeedRun run, String told) {
    assertThat(run.code()).isEqualTo(Failures.FAILED);
    assertThat(run.out().lines().toList()).hasSize(1);
    assertThat(run.out()).contains("\"error\"", told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"threshold\": NaN} | is not JSON",
        "{\"threshold\": \"NaN\"} | line 1, field exits.threshold: is not a number",
        "{\"threshold\": 1e999} | line 1, field exits.threshold: is not a number",
        "{\"threshold\": -1e999} | line 1, field exits.threshold: is not a number",
      })
  void fieldsOfALine(String exits, String told) throws IOException {
    Path lines =
        Files.writeString(
            folder.resolve("in.jsonl"), "{\"input_ids\": [5], \"exits\": " + exits + "}\n");
    assertRefused(DeedRun.of("generate", MODEL, "--input", lines), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "\"NaN\"", "1e999", "-1e999"})
  void theModelsOwn(String number) throws IOException {
    for (String key : List.of("threshold", "threshold_decay", "gate_threshold")) {
      Path model = Files.createDirectories(folder.resolve(key));
      Files.copy(MODEL.resolve("model.safetensors"), model.resolve("model.safetensors"));
      JsonNode config = new ObjectMapper().readTree(MODEL.resolve("config.json").toFile());
      ((ObjectNode) config.path("exits")).put("confidence", "max_prob").put(key, "HERE");
      Files.writeString(
          model.resolve("config.json"), config.toString().replace("\"HERE\"", number));
      String told = number.equals("NaN") ? "is not JSON" : "exits: " + key + ": is ";
      DeedRun.of("info", model).assertOneLine(Failures.BAD_INPUT, "config.json", told);
    }
  }
}
