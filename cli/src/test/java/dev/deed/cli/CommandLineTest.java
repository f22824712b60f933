package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user types it: results, one-line errors, exit codes. */
final class CommandLineTest {
  private static final Path MODEL = DeedRun.model("bart");

  @TempDir Path folder = Path.of("");

  private Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  @Test
  void aBadLineGivesAnErrorInItsPlaceAndTheOthersGoOn() throws IOException {
    Path input =
        write(
            "in.jsonl",
            "{\"id\": 1, \"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 3}, \"note\": \"kept\"}",
            "{\"id\": 2, \"input_ids\": \"five\"}",
            "{\"id\": 3, \"input_ids\": [5, 999]}",
            "{ no json",
            "{\"id\": 4, \"input_ids\": [5], \"exits\": {\"confidence\": \"static\", \"exit_at\": 2}}");
    DeedRun run = DeedRun.of("generate", MODEL.toString(), "--input", input.toString());
    List<String> lines = run.out().lines().toList();
    assertThat(run.code()).isEqualTo(1);
    assertThat(lines).hasSize(5);
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.path("token_ids")).hasSize(3);
    assertThat(first.path("note").asText()).isEqualTo("kept");
    assertThat(first.path("finish").asText()).isEqualTo("length");
    assertThat(lines.get(1)).contains("\"error\"", "input_ids");
    assertThat(lines.get(2)).contains("\"error\"", "999");
    assertThat(lines.get(3)).contains("\"error\"");
    for (JsonNode layer : new ObjectMapper().readTree(lines.get(4)).path("exit_layers")) {
      assertThat(layer.asInt()).isEqualTo(2);
    }
  }

  @Test
  void unsupportedSettingsAreRefusedNotPassedOver() throws IOException {
    Path input =
        write(
            "in.jsonl",
            "{\"id\": 1, \"input_ids\": [5], \"generation\": {\"penalty_alpha\": 0.6}}");
    DeedRun run = DeedRun.of("generate", MODEL.toString(), "--input", input.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("penalty_alpha", "not supported");
  }

  @Test
  void wrongUsageAndBadFoldersAreOneLine() throws IOException {
    DeedRun.of("generate", MODEL.toString(), "--no-such-option")
        .assertOneLine(2, "--no-such-option");
    DeedRun.of("generate", MODEL.toString(), "--threshold", "high").assertOneLine(2, "--threshold");
    DeedRun.of("info", folder.resolve("absent").toString()).assertOneLine(2, "is not a folder");
    DeedRun.of("info", folder.toString()).assertOneLine(2, "config.json");
    DeedRun.of("generate", MODEL.toString()).assertOneLine(2, "--prompt");
    DeedRun.of("generate", MODEL.toString(), "--prompt", "x", "--policy", "best")
        .assertOneLine(2, "there is no such policy", "max_prob");
    DeedRun.of("generate", MODEL.toString(), "--prompt", "x")
        .assertOneLine(2, "holds no tokenizer");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"resnet\"}");
    DeedRun.of("info", folder.toString()).assertOneLine(2, "resnet", "bart");
  }

  @Test
  void whatIsMistypedIsSuggested() {
    DeedRun.of("generat").assertOneLine(2, "generat: is no command of deed; did you mean generate");
    DeedRun.of("help", "generat").assertOneLine(2, "did you mean generate", "? see deed --help");
    DeedRun.of("convert", "chekpoint", MODEL)
        .assertOneLine(2, "chekpoint: is no command of deed convert; did you mean checkpoint");
    DeedRun.of("generate", MODEL, "--promt", "x")
        .assertOneLine(
            2, "--promt: is no option of deed generate; did you mean --prompt? see deed generate");
    DeedRun.of("tabels").assertOneLine(2, "; did you mean tables? see deed --help");
    DeedRun.of("frobnicate").assertOneLine(2, "frobnicate: is no command of deed; see deed");
    DeedRun.of("info", MODEL, "more")
        .assertOneLine(2, "more: is one argument too many for deed info; see deed info --help");
    DeedRun.of("zzz\n\u001b[31m").assertOneLine(2, "zzz\\n\\u001b[31m: is no command");
  }

  @Test
  void helpIsTheHelpOfACommand() {
    for (Object[] arguments : new Object[][] {{"help"}, {"--help"}, {}}) {
      DeedRun run = DeedRun.of(arguments);
      assertThat(run.code()).isZero();
      assertThat(run.out()).contains("generate", "train", "test", "help");
    }
    String help = DeedRun.of("generate", "--help").out();
    assertThat(DeedRun.of("help", "generate").out()).isEqualTo(help).contains("--threshold");
    assertThat(DeedRun.of("help", "convert", "checkpoint").out()).contains("--precision");
    assertThat(DeedRun.of("test", "--help").out()).contains("MODULE", "Maven");
    DeedRun.of("test").assertOneLine(2, "./deed test");
    DeedRun.of("check", "-o").assertOneLine(2, "./deed check");
  }

  @Test
  void featuresAreWrittenWholeOrNotAtAll() throws IOException {
    Path output = folder.resolve("out.safetensors");
    Path bad = write("bad.jsonl", "{\"id\": \"a\", \"input_ids\": [5, 6]}");
    DeedRun run =
        DeedRun.of(
            "features", MODEL.toString(), "--input", bad.toString(), "--output", output.toString());
    run.assertOneLine(2, "decoder_input_ids");
    assertThat(output).doesNotExist();
    Path good =
        write(
            "good.jsonl", "{\"id\": \"a\", \"input_ids\": [5, 6], \"decoder_input_ids\": [2, 7]}");
    run =
        DeedRun.of(
            "features",
            MODEL.toString(),
            "--input",
            good.toString(),
            "--output",
            output.toString());
    assertThat(run.code()).as(run.err()).isZero();
    try (var file = dev.deed.checkpoint.SafetensorsFile.open(output)) {
      assertThat(file.tensors())
          .containsKeys("a.encoder", "a.decoder.0", "a.decoder.6", "a.exit.3.logits", "a.logits");
    }
  }
}
