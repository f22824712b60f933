package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user types it: results, one-line errors, exit codes. */
final class CommandLineTest {
  private static final Path MODEL =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("core/src/test/resources/golden/exits/bart/model");

  @TempDir Path folder = Path.of("");

  private record Run(int code, String out, String err) {}

  private static Run deed(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int code = Main.run(args);
      return new Run(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static void assertOneLine(Run run, int code, String... parts) {
    assertThat(run.code).as(run.err).isEqualTo(code);
    assertThat(run.err.lines().toList()).hasSize(1);
    assertThat(run.err).startsWith("deed: ").contains(parts);
  }

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
    Run run = deed("generate", MODEL.toString(), "--input", input.toString());
    List<String> lines = run.out.lines().toList();
    assertThat(run.code).isEqualTo(1);
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
        write("in.jsonl", "{\"id\": 1, \"input_ids\": [5], \"generation\": {\"num_beams\": 4}}");
    Run run = deed("generate", MODEL.toString(), "--input", input.toString());
    assertThat(run.code).isEqualTo(1);
    assertThat(run.out).contains("num_beams", "not supported yet");
  }

  @Test
  void wrongUsageAndBadFoldersAreOneLine() throws IOException {
    assertOneLine(deed("generate", MODEL.toString(), "--no-such-option"), 2, "--no-such-option");
    assertOneLine(deed("generate", MODEL.toString(), "--threshold", "high"), 2, "--threshold");
    assertOneLine(deed("info", folder.resolve("absent").toString()), 2, "is not a folder");
    assertOneLine(deed("info", folder.toString()), 2, "config.json");
    assertOneLine(deed("generate", MODEL.toString()), 2, "--prompt");
    assertOneLine(
        deed("generate", MODEL.toString(), "--prompt", "x", "--threshold", "2"),
        2,
        "has no policy");
    assertOneLine(
        deed("generate", MODEL.toString(), "--prompt", "x", "--policy", "best"),
        2,
        "is unknown",
        "max_prob");
    assertOneLine(deed("generate", MODEL.toString(), "--prompt", "x"), 2, "tokenizer.json");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"resnet\"}");
    assertOneLine(deed("info", folder.toString()), 2, "resnet", "bart");
  }

  @Test
  void damagedWeightsAreOneLine() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
    assertOneLine(deed("info", folder.toString()), 2, "no such file");
    byte[] whole = Files.readAllBytes(MODEL.resolve("model.safetensors"));
    Files.write(weights, java.util.Arrays.copyOf(whole, whole.length - 100));
    assertOneLine(deed("info", folder.toString()), 2, "model.safetensors", "fetch it again");
    byte[] lying = whole.clone();
    lying[7] = 0x7f;
    Files.write(weights, lying);
    assertOneLine(deed("info", folder.toString()), 2, "claims a header");
    Files.write(weights, whole);
    String config = Files.readString(folder.resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"),
        config.replace("\"vocab_size\": 500", "\"vocab_size\": 501"));
    assertOneLine(deed("info", folder.toString()), 2, "[500, 64]", "501");
  }

  @Test
  void featuresAreWrittenWholeOrNotAtAll() throws IOException {
    Path output = folder.resolve("out.safetensors");
    Path bad = write("bad.jsonl", "{\"id\": \"a\", \"input_ids\": [5, 6]}");
    Run run =
        deed(
            "features", MODEL.toString(), "--input", bad.toString(), "--output", output.toString());
    assertOneLine(run, 2, "decoder_input_ids");
    assertThat(output).doesNotExist();
    Path good =
        write(
            "good.jsonl", "{\"id\": \"a\", \"input_ids\": [5, 6], \"decoder_input_ids\": [2, 7]}");
    run =
        deed(
            "features",
            MODEL.toString(),
            "--input",
            good.toString(),
            "--output",
            output.toString());
    assertThat(run.code).as(run.err).isZero();
    try (var file = dev.deed.checkpoint.SafetensorsFile.open(output)) {
      assertThat(file.tensors())
          .containsKeys("a.encoder", "a.decoder.0", "a.decoder.6", "a.exit.3.logits", "a.logits");
    }
  }
}
