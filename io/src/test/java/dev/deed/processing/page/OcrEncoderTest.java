package dev.deed.processing.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.files.Interruption;
import dev.deed.processing.tokenizer.ByteLevelBpeTrainer;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.processing.tokenizer.TokenizerCases;
import dev.deed.processing.tokenizer.VocabularyTrainer;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OcrEncoderTest {
  private static final Path UDOP = Path.of("src/test/resources/folders/udop");

  @TempDir Path temporary = Path.of("");

  @Test
  void wordsAsUdopsTokenizerTakesThem() throws IOException {
    JsonNode cases = TokenizerCases.read(UDOP.resolve("cases.json")).json().get("boxed");
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      for (JsonNode line : cases) {
        BoxedTokens tokens =
            encode(
                encoder,
                line.get("question").textValue(),
                page(line.get("words"), line.get("boxes")));
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
            encode(
                encoder,
                line.get("question").textValue(),
                page(line.get("words"), line.get("boxes_0_1000")));
        assertThat(tokens.ids()).isEqualTo(TokenizerCases.ints(line.get("input_ids")));
        assertThat(tokens.boxes()).isEqualTo(flat(line.get("token_boxes_0_1000")));
        Tensor boxes = expected.tensors().get(line.get("name").asText() + ".input.bbox");
        assertThat(tokens.boxes(1)).isEqualTo(Objects.requireNonNull(boxes).toFloats());
      }
    }
  }

  @Test
  void aLineSharesItsBoxOutByCharacters() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      // Ten characters over 200 pixels: "ab" has the first 40, "🎉" the 20 from 60 on.
      OcrWord line = new OcrWord(" ab\t🎉 12345 ", 100, 50, 300, 75);
      BoxedTokens tokens = encode(encoder, null, new OcrPage(List.of(line), 400, 100));
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
  void tokensShareTheBoxOfTheirWordWhereTheFolderSaysSo() throws IOException {
    ByteLevelBpeTrainer trainer =
        new ByteLevelBpeTrainer(new VocabularyTrainer.Options(300, 1, true, true, false));
    trainer.add("12 345");
    Path apart = Files.createDirectory(temporary.resolve("apart"));
    trainer.finish().writeTo(apart);
    Path shared = Files.createDirectory(temporary.resolve("shared"));
    trainer.finish().sharingBoxes().writeTo(shared);
    OcrPage page = new OcrPage(List.of(new OcrWord("123", 100, 50, 200, 75)), 400, 100);
    try (Tokenizer whole = Tokenizer.open(apart);
        Tokenizer parts = Tokenizer.open(shared)) {
      BoxedTokens one = encode(new OcrEncoder(whole), null, page);
      BoxedTokens other = encode(new OcrEncoder(parts), null, page);
      assertThat(other.ids()).isEqualTo(one.ids());
      int tokens = one.ids().length - 1;
      assertThat(tokens).isGreaterThan(1);
      for (int i = 0; i < tokens; i++) {
        assertThat(Arrays.copyOfRange(one.boxes(), 4 * i, 4 * i + 4))
            .containsExactly(250, 500, 500, 750);
        assertThat(Arrays.copyOfRange(other.boxes(), 4 * i, 4 * i + 4))
            .containsExactly(250 + 250 * i / tokens, 500, 250 + 250 * (i + 1) / tokens, 750);
      }
    }
  }

  @Test
  void whatReachesOutOfThePageIsCutOff() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrPage page = new OcrPage(List.of(new OcrWord("a", -5, 29, 120, 31)), 100, 100);
      BoxedTokens tokens = encode(new OcrEncoder(tokenizer), null, page);
      assertThat(tokens.boxes()).startsWith(0, 290, 1000, 310);
      assertThat(tokens.boxes(1)[1]).isEqualTo(0.29f);
    }
  }

  @Test
  void aPromptAlone() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      BoxedTokens tokens =
          encode(new OcrEncoder(tokenizer), "The cat", new OcrPage(List.of(), 1, 1));
      assertThat(tokens.ids()).isEqualTo(tokenizer.encode("The cat"));
      assertThat(tokens.boxes()).startsWith(0, 0, 0, 0).endsWith(1000, 1000, 1000, 1000);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 2, 2", "1, NaN, 2, 2"})
  void noBox(double x0, double y0, double x1, double y1) {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      OcrPage page = new OcrPage(List.of(new OcrWord("a", x0, y0, x1, y1)), 10, 10);
      assertThatThrownBy(() -> encode(encoder, null, page))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("ocr[0]");
    }
  }

  @Test
  void theFirstWordThatIsTooMuchEndsTheWork() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      TokenLimit limit = new TokenLimit("ocr", 1000, "leave words out");
      OcrPage page = new OcrPage(Collections.nCopies(20_000, new OcrWord("a", 0, 0, 9, 9)), 9, 9);
      AtomicInteger asked = new AtomicInteger();
      Interruption counting = () -> asked.incrementAndGet() < 0;
      assertThatThrownBy(() -> encoder.encode(null, page, limit, counting))
          .hasMessage("ocr: comes to more than the 1000 tokens allowed; leave words out");
      assertThat(asked.get()).isBetween(100, 1001);
    }
  }

  /** Their place in the line was counted from its beginning each: minutes for a megabyte. */
  @Test
  @Timeout(20)
  void aLineOfManyWords() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      TokenLimit limit = new TokenLimit("ocr", 1 << 20, "leave words out");
      OcrWord line = new OcrWord("a ".repeat(200_000), 0, 0, 9, 9);
      OcrPage page = new OcrPage(List.of(line), 9, 9);
      assertThat(encoder.encode(null, page, limit, Interruption.NEVER).ids().length)
          .isGreaterThan(200_000);
    }
  }

  @Test
  void aPageOfMegabytesIsRefusedBeforeAnyWordIsCut() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      TokenLimit limit = new TokenLimit("ocr", 1000, "leave words out");
      OcrWord entry = new OcrWord("\u0000 ".repeat(100), 0, 0, 9, 9);
      OcrPage page = new OcrPage(Collections.nCopies(10_000, entry), 9, 9);
      assertThatThrownBy(() -> encoder.encode("a", page, limit, () -> true))
          .hasMessageStartingWith("ocr: has 2000001 characters, more than the 32000 allowed");
    }
  }

  @Test
  void whatNobodyWantsEndsBeforeTheNextWord() {
    try (Tokenizer tokenizer = Tokenizer.open(UDOP)) {
      OcrEncoder encoder = new OcrEncoder(tokenizer);
      OcrPage page = new OcrPage(List.of(new OcrWord("a", 0, 0, 9, 9)), 9, 9);
      assertThatThrownBy(() -> encoder.encode(null, page, TokenLimit.NONE, () -> true))
          .isInstanceOf(CancellationException.class);
    }
  }

  private static BoxedTokens encode(OcrEncoder encoder, @Nullable String prompt, OcrPage page) {
    return encoder.encode(prompt, page, TokenLimit.NONE, Interruption.NEVER);
  }

  private static OcrPage page(JsonNode words, JsonNode boxes) {
    List<OcrWord> entries = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      int[] box = TokenizerCases.ints(boxes.get(i));
      entries.add(new OcrWord(words.get(i).asText(), box[0], box[1], box[2], box[3]));
    }
    return new OcrPage(entries, 1000, 1000);
  }

  private static int[] flat(JsonNode rows) {
    List<Integer> all = new ArrayList<>();
    rows.forEach(row -> row.forEach(edge -> all.add(edge.asInt())));
    return all.stream().mapToInt(Integer::intValue).toArray();
  }
}
