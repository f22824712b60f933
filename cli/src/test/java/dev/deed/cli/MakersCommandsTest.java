package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.processing.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed tokenizer} and {@code deed convert checkpoint}. */
final class MakersCommandsTest {
  @TempDir Path folder = Path.of("");

  private Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  @Test
  void wordsOfTheFieldsAskedFor() throws IOException {
    Path data =
        write(
            "data.jsonl",
            "{\"prompt\": \"question one\", \"target\": \"row { text }\"}",
            "{\"prompt\": \"question two\", \"targets\": [\"row { button }\", \"other\"]}");
    Path out = folder.resolve("words");
    DeedRun run =
        DeedRun.of(
            "tokenizer", data, "--kind", "word", "--fields", "target", "--out", out, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("tokens").asInt()).isEqualTo(4 + 6);
    assertThat(json.path("texts").asInt()).isEqualTo(3);
    try (Tokenizer tokenizer = Tokenizer.open(out)) {
      assertThat(tokenizer.decode(tokenizer.encode("row { text }"), true))
          .isEqualTo("row { text }");
      assertThat(tokenizer.id("question")).isEmpty();
    }
    Path both = folder.resolve("both");
    assertThat(DeedRun.of("tokenizer", data, "--kind", "word", "--out", both).code()).isZero();
    try (Tokenizer tokenizer = Tokenizer.open(both)) {
      assertThat(tokenizer.id("question")).isPresent();
    }
  }

  @Test
  void bytesOfTextFiles() throws IOException {
    Path out = folder.resolve("bytes");
    DeedRun run =
        DeedRun.of("tokenizer", write("a.txt", "ab ab ab", "ab äb"), "--size", 262, "--out", out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("262 tokens learnt from 2 texts");
    try (Tokenizer tokenizer = Tokenizer.open(out)) {
      assertThat(tokenizer.decode(tokenizer.encode("ab 猫"), true)).isEqualTo("ab 猫");
    }
    DeedRun.of("tokenizer", folder.resolve("a.txt"), "--out", out)
        .assertOneLine(2, "holds a tokenizer.json already");
  }

  @Test
  void tokenizersThatCannotBeLearnt() throws IOException {
    Path out = folder.resolve("out");
    Path text = write("a.txt", "text");
    Path bad = write("bad.jsonl", "{\"target\": \"a\"}", "{\"target\": 5}");
    DeedRun.of("tokenizer", text, "--size", 100, "--out", out).assertOneLine(2, "at least 260");
    DeedRun.of("tokenizer", text, "--min-frequency", 0, "--out", out).assertOneLine(2, "frequency");
    DeedRun.of("tokenizer", text, "--kind", "best", "--out", out).assertOneLine(2, "--kind");
    DeedRun.of("tokenizer", text, "--kind", "word", "--prefix-space", "--out", out)
        .assertOneLine(2, "are for bpe");
    DeedRun.of("tokenizer", folder.resolve("none"), "--out", out)
        .assertOneLine(2, "there is no such file");
    DeedRun.of("tokenizer", bad, "--out", out).assertOneLine(2, "line 2", "target");
    DeedRun.of("tokenizer", bad, "--fields", "id", "--out", out).assertOneLine(2, "--fields");
    DeedRun.of("tokenizer", text).assertOneLine(2, "--out");
    Files.write(text, new byte[] {'a', '\n', (byte) 0xff});
    DeedRun.of("tokenizer", text, "--out", out).assertOneLine(2, "line 2", "UTF-8");
    Files.write(text, new byte[0]);
    DeedRun.of("tokenizer", text, "--out", out).assertOneLine(2, "hold no text");
    assertThat(out).doesNotExist();
  }

  @Test
  void precisionsOfACheckpoint() throws IOException {
    Path half = folder.resolve("half");
    DeedRun run =
        DeedRun.of(
            "convert",
            "checkpoint",
            DeedRun.model("bart"),
            "--out",
            half,
            "--precision",
            "bf16",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("files").path(0).asText()).isEqualTo("model.safetensors");
    assertThat(json.path("bytes").asLong())
        .isBetween(1000L, Files.size(half.resolve("model.safetensors")));
    assertThat(DeedRun.of("info", half).code()).isZero();
    DeedRun.of("convert", "checkpoint", half, "--out", half).assertOneLine(2, "is not empty");
    DeedRun.of("convert", "checkpoint", folder, "--out", folder.resolve("x"))
        .assertOneLine(2, "holds no model.safetensors");
    DeedRun.of("convert", "checkpoint", half).assertOneLine(2, "--out");
  }
}
