package dev.deed.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine.TensorReference;
import dev.deed.testing.Shared;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputReaderTest {
  private static final Path FOLDER = Path.of("/data");

  @TempDir Path temporary = Path.of("");

  @Test
  void everyField() {
    InputLine line =
        input(
            """
            {"id": "a", "prompt": "p", "decoder_prompt": "d", "image": "pictures/x.png", "audio": "x.wav",
             "ocr": [{"text": "w", "box": [1, 2.5, 3, 4]}], "width": 10, "height": 20,
             "source_language": "de", "target_language": "en", "input_ids": [1, 2], "decoder_input_ids": [0],
             "tensors": {"pixel_values": "t/x.safetensors:in0"}, "generation": {"num_beams": 4, "length_penalty": null},
             "exits": {"confidence": "margin", "threshold": -1.5, "layers": [2, 4], "min_layer": 2, "exit_at": 3,
                       "history": "copy"},
             "target": "t", "mine": {"x": 1}, "other": null}
            """);
    assertThat(line.name()).isEqualTo("a");
    assertThat(line.number()).isEqualTo(1);
    assertThat(line.prompt()).isEqualTo("p");
    assertThat(line.decoderPrompt()).isEqualTo("d");
    assertThat(line.image()).isEqualTo(Path.of("/data/pictures/x.png"));
    assertThat(line.audio()).isEqualTo(Path.of("/data/x.wav"));
    assertThat(line.ocr()).containsExactly(new OcrWord("w", 1, 2.5, 3, 4));
    assertThat(line.width()).isEqualTo(10);
    assertThat(line.height()).isEqualTo(20);
    assertThat(line.sourceLanguage()).isEqualTo("de");
    assertThat(line.targetLanguage()).isEqualTo("en");
    assertThat(line.inputIds()).containsExactly(1, 2);
    assertThat(line.decoderInputIds()).containsExactly(0);
    assertThat(line.tensors())
        .containsEntry(
            "pixel_values", new TensorReference(Path.of("/data/t/x.safetensors"), "in0"));
    assertThat(line.generation()).hasToString("{num_beams=4, length_penalty=null}");
    assertThat(line.exits())
        .isEqualTo(ExitSettings.parse("copy:margin:-1.5@layers=2,4,min=2,at=3"));
    assertThat(line.target()).isEqualTo("t");
    assertThat(line.targets()).containsExactly("t");
    assertThat(line.carried().keySet()).containsExactly("target", "mine", "other");
  }

  @Test
  void everyFieldIsOptionalAndNullIsAbsent() {
    for (String json :
        new String[] {
          "{}", "{\"prompt\": null, \"exits\": null, \"ocr\": null, \"targets\": null}"
        }) {
      InputLine line = input(json);
      assertThat(line.name()).isEqualTo("1");
      assertThat(line.prompt()).isNull();
      assertThat(line.image()).isNull();
      assertThat(line.inputIds()).isNull();
      assertThat(line.exits()).isNull();
      assertThat(line.ocr()).isEmpty();
      assertThat(line.targets()).isEmpty();
    }
  }

  @Test
  void targets() {
    assertThat(input("{\"targets\": [\"a\", \"b\"]}").target()).isEqualTo("a");
    InputLine both = input("{\"target\": \"c\", \"targets\": [\"a\", \"b\"]}");
    assertThat(both.target()).isEqualTo("c");
    assertThat(both.targets()).containsExactly("c", "a", "b");
    assertThat(both.carried().keySet()).containsExactly("target", "targets");
    assertThat(input("{\"id\": 7}").name()).isEqualTo("7");
  }

  /** What the parser of JSON takes at most is told without the names of its classes. */
  @Test
  void limitsOfJson() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    for (String line :
        List.of(
            deep,
            "{\"x\": " + deep + "}",
            "{\"x\": " + "9".repeat(1_000_000) + "}",
            "{\"" + "k".repeat(1_000_000) + "\": 1}")) {
      assertThatThrownBy(() -> input(line))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("holds more than is read (")
          .hasMessageContaining("exceeds the maximum allowed (")
          .hasMessageNotContaining("Constraints");
    }
  }

  @Test
  void absolutePathsStay() {
    assertThat(input("{\"image\": \"/elsewhere/x.png\"}").image())
        .isEqualTo(Path.of("/elsewhere/x.png"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id': [1]}|id|a text or a whole number",
        "{'prompt': 3}|prompt|a text",
        "{'image': {}}|image|a text",
        "{'audio': 1}|audio|a text",
        "{'image': 'a\\u0000b'}|image|a path",
        "{'width': 0}|width|a whole number from 1 to 1000000",
        "{'width': 1.5}|width|a whole number",
        "{'input_ids': 3}|input_ids|a list of whole numbers",
        "{'input_ids': [1, -1]}|input_ids|a list of whole numbers from 0",
        "{'input_ids': [1, 99999999999]}|input_ids|a list of whole numbers",
        "{'ocr': {}}|ocr|a list of objects",
        "{'ocr': [1]}|ocr|a list of objects",
        "{'ocr': [{'text': 'a'}]}|ocr|a list of {\"text\", \"box\"}",
        "{'ocr': [{'text': 'a', 'box': [1, 2, 3]}]}|ocr[0].box|[x0, y0, x1, y1]",
        "{'ocr': [{'text': 'a', 'box': [3, 2, 1, 4]}]}|ocr[0].box|[x0, y0, x1, y1]",
        "{'ocr': [{'text': 'a', 'box': ['x', 2, 1, 4]}]}|ocr[0].box|a list of numbers",
        "{'tensors': ['x']}|tensors|an object",
        "{'tensors': {'a': 'x.safetensors'}}|tensors.a|a text FILE.safetensors:NAME",
        "{'generation': 'greedy'}|generation|an object",
        "{'exits': {'threshold': 'high'}}|exits.threshold|a number",
        "{'exits': {'layers': [0]}}|exits.layers|a list of whole numbers from 1",
        "{'exits': {'history': 'none'}}|exits.history|jit or copy",
        "{'exits': {'confidence': 'best'}}|exits.confidence|full, static, max_prob",
        "{'exits': {'lossless': 1}}|exits.lossless|true or false",
        "{'exits': {'draft_tokens': 65}}|exits.draft_tokens|a whole number from 1 to 64",
        "{'exits': {'draft_ngrams': -1}}|exits.draft_ngrams|a whole number from 0 to 16",
        "{'prediction': 3}|prediction|a text, or an object",
        "{'prediction': {'content': 'a'}}|prediction.type|content",
        "{'prediction': {'type': 'content'}}|prediction.content|a text, or a list",
        "{'prediction': {'type': 'content', 'content': [{'type': 'image'}]}}"
            + "|prediction.content[0].type|text",
        "{'prediction': {'type': 'content', 'content': 'a', 'x': 1}}|prediction.x|is not known here",
        "{'target': 3}|target|a text",
        "{'targets': 'a'}|targets|a list of texts",
        "{'targets': []}|targets|at least one text",
        "{'targets': [1]}|targets|a list of texts"
      })
  void wrongTypesNameLineAndField(String json, String field, String expected) {
    assertThat(bad("\n" + json.replace('\'', '"')).error().getMessage())
        .startsWith("lines, line 2, field " + field + ": is not ")
        .contains(expected)
        .doesNotContain("\n");
  }

  @Test
  void predictionsAreTextsOrOpenAisObjects() {
    for (String json :
        List.of(
            "'a b'",
            "{'type': 'content', 'content': 'a b'}",
            "{'type': 'content', 'content': [{'type': 'text', 'text': 'a '},"
                + " {'type': 'text', 'text': 'b'}]}")) {
      InputLine line = input("{'prediction': %s}".formatted(json).replace('\'', '"'));
      assertThat(line.settings()).containsExactly(Map.entry("prediction", "a b"));
      assertThat(line.carried()).isEmpty();
    }
    assertThat(input("{\"prediction\": null}").settings()).isEmpty();
  }

  @Test
  void exitsThatAreLossless() {
    InputLine line =
        input(
            """
            {"exits": {"confidence": "max_prob", "threshold": 0.5, "lossless": true, "draft_tokens": 4,
             "draft_ngrams": 2}}\
            """);
    assertThat(line.exits())
        .isEqualTo(ExitSettings.parse("max_prob:0.5@lossless,drafts=4,ngrams=2"));
    assertThat(bad("{\"exits\": {\"history\": \"copy\", \"lossless\": true}}").error())
        .hasMessageStartingWith("lines, line 1, field exits.lossless: verifies drafts");
  }

  @Test
  void misspeltExitSettings() {
    assertThat(bad("{\"exits\": {\"treshold\": 1}}").error())
        .hasMessageStartingWith("lines, line 1, field exits.treshold: there is no such setting");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a': 1|is not JSON (column",
        "{'a': 1} x|is not JSON (column",
        "{'a': 1, 'a': 2}|is not JSON (column",
        "{'a': NaN}|is not JSON (column",
        "[1]|is not a JSON object",
        "null|is not a JSON object"
      })
  void malformedLines(String json, String message) {
    assertThat(bad(json.replace('\'', '"')).error().getMessage())
        .startsWith("lines, line 1: " + message)
        .doesNotContain("\n");
  }

  @Test
  void readingGoesOnBehindABadLine() {
    String text =
        "{\"id\": \"a\"}\r\n\n{\"id\": \"b\", \"prompt\": 1}\n{nonsense\n  \n{\"id\": \"c\"}";
    List<ParsedLine> lines = all(text.getBytes(StandardCharsets.UTF_8));
    assertThat(lines.stream().map(ParsedLine::number)).containsExactly(1L, 3L, 4L, 6L);
    assertThat(((BadLine) lines.get(1)).id()).hasToString("\"b\"");
    assertThat(((BadLine) lines.get(2)).id()).isNull();
    assertThat(((InputLine) lines.get(3)).name()).isEqualTo("c");
  }

  @Test
  void longLinesAreNotKept() {
    byte[] text =
        ("x".repeat(InputReader.MOST_BYTES + 1) + "\n{}").getBytes(StandardCharsets.UTF_8);
    List<ParsedLine> lines = all(text);
    assertThat(((BadLine) lines.get(0)).error())
        .hasMessageContaining("is longer than 8388608 bytes");
    assertThat(lines.get(1)).isInstanceOf(InputLine.class);
  }

  @Test
  void otherEncodings() {
    assertThat(((BadLine) all(new byte[] {'{', '"', (byte) 0xe4, '"'}).getFirst()).error())
        .hasMessageContaining("is not UTF-8");
    assertThat(all(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '{', '}'}).getFirst())
        .isInstanceOf(InputLine.class);
    assertThat(all(new byte[0])).isEmpty();
  }

  @Test
  void filesThatCannotBeRead() {
    assertThatThrownBy(() -> InputReader.open(temporary.resolve("none.jsonl")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> InputReader.open(temporary))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void examplesNeedATarget() throws IOException {
    Path file = temporary.resolve("train.jsonl");
    Files.writeString(
        file, "{\"image\": \"a.png\", \"targets\": [\"x\", \"y\"]}\n{\"prompt\": \"q\"}\n");
    try (InputReader reader = InputReader.open(file)) {
      InputLine example = Objects.requireNonNull(reader.nextExample());
      assertThat(example.target()).isEqualTo("x");
      assertThat(example.targets()).containsExactly("x", "y");
      assertThat(example.image()).isEqualTo(temporary.resolve("a.png").toAbsolutePath());
      assertThatThrownBy(reader::nextExample)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("train.jsonl, line 2: has no target");
      assertThat(reader.nextExample()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pix2code", "im2latex", "easy-vqa", "multi30k"})
  void sharedDataSets(String name) {
    Path file = Shared.path("data/" + name).resolve("val.jsonl");
    int count = 0;
    try (InputReader reader = InputReader.open(file)) {
      while (reader.nextExample() instanceof InputLine example) {
        if (example.image() != null && count < 20) {
          assertThat(example.image()).exists();
        }
        count++;
      }
    }
    assertThat(count).isGreaterThan(50);
  }

  private static InputLine input(String json) {
    ParsedLine line = all(json.replace("\n", " ").getBytes(StandardCharsets.UTF_8)).getFirst();
    return switch (line) {
      case InputLine input -> input;
      case BadLine bad -> throw bad.error();
    };
  }

  private static BadLine bad(String json) {
    return (BadLine) all(json.getBytes(StandardCharsets.UTF_8)).getFirst();
  }

  private static List<ParsedLine> all(byte[] text) {
    List<ParsedLine> lines = new ArrayList<>();
    try (InputReader reader = InputReader.of("lines", FOLDER, new ByteArrayInputStream(text))) {
      for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
        lines.add(line);
      }
    }
    return lines;
  }
}
