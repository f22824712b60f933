package dev.deed.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.checkpoint.InputException;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OcrEncoderTest {
  private static final Path UDOP = Path.of("src/test/resources/folders/udop");

  @Test
  void wordsAsUdopsTokenizerTakesThem() throws IOException {
    JsonNode cases = TokenizerCases.read(UDOP.resolve("cases.json")).json().get("boxed");
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      for (JsonNode line : cases) {
        BoxedTokens tokens =
            encoder.encode(
                line.get("question").textValue(), page(line.get("words"), line.get("boxes")));
        assertThat(tokens.ids()).isEqualTo(TokenizerCases.ints(line.get("ids")));
        assertThat(tokens.boxes()).isEqualTo(flat(line.get("bbox")));
      }
    }
  }

  @Test
  void goldenUdop() throws IOException {
    Path golden = Shared.path("golden/hf/udop");
    JsonNode cases = TokenizerCases.read(golden.resolve("cases.json")).json().get("inputs");
    try (Tokenizer tokenizer = Tokenizer.open(golden.resolve("model"));
        SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      for (JsonNode line : cases) {
        BoxedTokens tokens =
            encoder.encode(
                line.get("question").textValue(),
                page(line.get("words"), line.get("boxes_0_1000")));
        assertThat(tokens.ids()).isEqualTo(TokenizerCases.ints(line.get("input_ids")));
        assertThat(tokens.boxes()).isEqualTo(flat(line.get("token_boxes_0_1000")));
        Tensor boxes = expected.tensors().get(line.get("name").asText() + ".input.bbox");
        assertThat(tokens.fractions()).isEqualTo(Objects.requireNonNull(boxes).toFloats());
      }
    }
  }

  @Test
  void aLineSharesItsBoxOutByCharacters() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      // Ten characters over 200 pixels: "ab" has the first 40, "🎉" the 20 from 60 on.
      OcrPage.Entry line = new OcrPage.Entry(" ab\t🎉 12345 ", 100, 50, 300, 75);
      BoxedTokens tokens = encoder.encode(null, new OcrPage(400, 100, List.of(line)));
      List<String> boxes = new ArrayList<>();
      for (int i = 0; i < tokens.boxes().length; i += 4) {
        boxes.add(Arrays.toString(Arrays.copyOfRange(tokens.boxes(), i, i + 4)));
      }
      assertThat(boxes.stream().distinct())
          .containsExactly(
              "[250, 500, 350, 750]",
              "[400, 500, 450, 750]",
              "[500, 500, 750, 750]",
              "[1000, 1000, 1000, 1000]");
    }
  }

  @Test
  void whatReachesOutOfThePageIsCutOff() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrPage page = new OcrPage(100, 100, List.of(new OcrPage.Entry("a", -5, 29, 120, 31)));
      BoxedTokens tokens = new OcrEncoder(tokenizer).encode(null, page);
      assertThat(tokens.boxes()).startsWith(0, 290, 1000, 310);
      assertThat(tokens.fractions()[1]).isEqualTo(0.29f);
    }
  }

  @Test
  void aPromptAlone() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      BoxedTokens tokens =
          new OcrEncoder(tokenizer).encode("The cat", new OcrPage(1, 1, List.of()));
      assertThat(tokens.ids()).isEqualTo(tokenizer.encode("The cat"));
      assertThat(tokens.boxes()).startsWith(0, 0, 0, 0).endsWith(1000, 1000, 1000, 1000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, 1, 1, 2, 2, width",
    "10, NaN, 1, 1, 2, 2, height",
    "10, Infinity, 1, 1, 2, 2, height",
    "10, 10, 3, 1, 2, 2, ocr[0]",
    "10, 10, 1, NaN, 2, 2, ocr[0]"
  })
  void noPageAndNoBox(
      double width, double height, double x0, double y0, double x1, double y1, String what) {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      OcrPage page = new OcrPage(width, height, List.of(new OcrPage.Entry("a", x0, y0, x1, y1)));
      assertThatThrownBy(() -> encoder.encode(null, page))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(what);
    }
  }

  private static OcrPage page(JsonNode words, JsonNode boxes) {
    List<OcrPage.Entry> entries = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      int[] box = TokenizerCases.ints(boxes.get(i));
      entries.add(new OcrPage.Entry(words.get(i).asText(), box[0], box[1], box[2], box[3]));
    }
    return new OcrPage(1000, 1000, entries);
  }

  private static int[] flat(JsonNode rows) {
    List<Integer> all = new ArrayList<>();
    rows.forEach(row -> row.forEach(edge -> all.add(edge.asInt())));
    return all.stream().mapToInt(Integer::intValue).toArray();
  }
}
