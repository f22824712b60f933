package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.processing.tokenizer.VocabularyTrainer.Options;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bart",
        "trocr",
        "t5-v1_0",
        "t5-v1_1",
        "mbart",
        "m2m100",
        "donut",
        "pix2struct",
        "udop",
        "whisper",
        "marian",
        "byt5",
        "madlad",
        "nougat",
        "florence2",
        "pp_formulanet",
        "moonshine",
        "t5gemma"
      })
  void goldenEncodingsAndDecodings(String family) throws IOException {
    Path golden = Shared.path("golden/hf/" + family);
    try (Tokenizer tokenizer = Tokenizer.open(golden.resolve("model"))) {
      TokenizerCases.read(golden.resolve("tokenizer_cases.json")).check(tokenizer);
    }
  }

  /** Also those of families that are not read yet: their steps are those of published models. */
  @Test
  void longTextsWithEveryGoldenTokenizer() throws IOException {
    String text =
        "Two men, aged 35 and 7, aren't at the stove. Zwei Männer; 日本語 и русский\t🎉\n".repeat(600);
    try (Stream<Path> folders = Files.list(Shared.path("golden/hf"))) {
      for (Path folder : folders.toList()) {
        if (Files.exists(folder.resolve("model/tokenizer.json"))) {
          try (Tokenizer tokenizer = Tokenizer.open(folder.resolve("model"))) {
            int[] ids = tokenizer.encode(text, false);
            assertThat(ids).as(folder.toString()).hasSizeGreaterThan(5000);
            assertThat(tokenizer.decode(ids, true)).as(folder.toString()).hasSizeGreaterThan(9000);
          }
        }
      }
    }
  }

  @Test
  void placesAreAnAnswerOfFlorence() {
    try (Tokenizer tokenizer = Tokenizer.open(Shared.path("golden/hf/florence2/model"))) {
      int[] ids = tokenizer.encode("<s>a box<loc_1><loc_7></s>", false);
      assertThat(tokenizer.decode(ids, true)).isEqualTo("a box");
      assertThat(tokenizer.answer(ids)).isEqualTo("a box<loc_1><loc_7>");
      TextStream stream = tokenizer.answerStream();
      StringBuilder pieces = new StringBuilder();
      Arrays.stream(ids).forEach(id -> pieces.append(stream.append(id)));
      assertThat(pieces + stream.finish()).isEqualTo("a box<loc_1><loc_7>");
    }
  }

  @Test
  void unfinishedCharactersAreHeldBack() {
    try (Tokenizer tokenizer = bytes()) {
      int[] ids = tokenizer.encode("a🎉b", false);
      TextStream stream = tokenizer.stream(true);
      String[] pieces = new String[ids.length];
      boolean[] held = new boolean[ids.length];
      for (int i = 0; i < ids.length; i++) {
        pieces[i] = stream.append(ids[i]);
        held[i] = stream.holdsBack();
      }
      assertThat(pieces).containsExactly("a", "", "", "", "🎉", "b");
      assertThat(held).containsExactly(false, true, true, true, false, false);
      assertThat(stream.append(ids[1])).isEmpty();
      assertThat(stream.holdsBack()).isTrue();
      assertThat(stream.finish()).isEqualTo("\ufffd");
      assertThat(stream.holdsBack()).isFalse();
    }
  }

  @Test
  void oddTexts() {
    try (Tokenizer tokenizer = bytes()) {
      for (String text :
          new String[] {"", " ", "\0", "a\0b", "\n\r\t", "x".repeat(5000), "🎉".repeat(300)}) {
        assertThat(tokenizer.decode(tokenizer.encode(text), true)).isEqualTo(text);
      }
      assertThat(tokenizer.encode("x".repeat(5000), false)).hasSize(5000);
      assertThat(tokenizer.decode(tokenizer.encode("a\ud800b"), true))
          .startsWith("a")
          .endsWith("b");
    }
  }

  @Test
  void idsBeyondTheVocabulary() {
    try (Tokenizer tokenizer = bytes()) {
      int a = tokenizer.id("a").orElseThrow();
      assertThat(tokenizer.vocabularySize()).isEqualTo(260);
      assertThat(tokenizer.decode(new int[] {a, 500, a}, true)).isEqualTo("aa");
      assertThat(tokenizer.token(500)).isEqualTo("[id 500]");
      assertThat(tokenizer.token(-1)).isEqualTo("[id -1]");
      assertThat(tokenizer.isSpecial(-1)).isFalse();
      assertThat(tokenizer.id("nothing")).isEmpty();
      assertThatThrownBy(() -> tokenizer.decode(new int[] {-1}, true))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aClosedTokenizerSaysSo() {
    Tokenizer tokenizer = bytes();
    tokenizer.encode("a", false);
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theLibraryStaysOnThisMachine() {
    try (Tokenizer tokenizer = bytes()) {
      tokenizer.encode("a", false);
      assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|is not a JSON object",
        "{|is not JSON (line 1",
        "{'model': {}}|holds no vocabulary",
        "{'model': 3}|\"model\" is not an object",
        "{'model': {'vocab': {'a': -1}}}|token id -1 is not within",
        "{'model': {'vocab': {'a': 4000000000}}}|token id 4000000000 is not within",
        "{'model': {'vocab': {'a': 'b'}}}|a token id is not a whole number",
        "{'model': {'vocab': [[1, 2]]}}|entry 0 of the vocabulary is not [token, score]",
        "{'added_tokens': [{'id': 3}], 'model': {'vocab': {}}}|lacks id or content"
      })
  void malformedFiles(String json, String message) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json.replace('\'', '"'));
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatTheLibraryRefuses() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"None\", \"vocab\": {}}}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThatThrownBy(() -> tokenizer.encode("a"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the tokenizers library refuses it");
    }
  }

  /** The library counts added tokens on, whatever id the file claims. */
  @Test
  void addedTokensHaveTheIdsOfTheLibrary() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"added_tokens": [
           {"id": 900, "content": "<x>", "special": true, "normalized": false,
            "single_word": false, "lstrip": false, "rstrip": false},
           {"id": 1, "content": "b", "special": false, "normalized": false,
            "single_word": false, "lstrip": false, "rstrip": false}],
         "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
         "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "c": 2}, "unk_token": "a"}}
        """);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("<x>b")).containsExactly(3, 1);
      assertThat(tokenizer.id("<x>")).hasValue(3);
      assertThat(tokenizer.token(3)).isEqualTo("<x>");
      assertThat(tokenizer.isSpecial(3)).isTrue();
      assertThat(tokenizer.vocabularySize()).isEqualTo(4);
    }
  }

  @Test
  void specialTokensOfTheConfigurationAreAdded() throws IOException {
    bytes().close();
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"eos_token": "</s>", "image_token": {"content": "<image>", "special": true},
         "extra_special_tokens": ["q", "<more>"]}
        """);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      int image = tokenizer.id("<image>").orElseThrow();
      assertThat(image).isEqualTo(260);
      assertThat(tokenizer.id("<more>")).hasValue(261);
      assertThat(tokenizer.encode("b<image>", false))
          .containsExactly(tokenizer.id("b").orElseThrow(), image);
      assertThat(tokenizer.decode(tokenizer.encode("qb<image>"), true)).isEqualTo("b");
      assertThat(tokenizer.isSpecial(tokenizer.id("q").orElseThrow())).isTrue();
    }
  }

  /** As Transformers 4 saved them before version 4.34. */
  @Test
  void oldFilesOfAddedTokens() throws IOException {
    bytes().close();
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<|de|>\": 260, \"<|0.00|>\": 261}");
    Files.writeString(
        folder.resolve("special_tokens_map.json"),
        "{\"eos_token\": \"</s>\", \"additional_special_tokens\": [\"<|de|>\"]}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.eosId()).hasValue(2);
      int[] ids = tokenizer.encode("<|de|>x<|0.00|>", false);
      assertThat(ids).startsWith(260).endsWith(261);
      assertThat(tokenizer.decode(ids, true)).isEqualTo("x<|0.00|>");
    }
  }

  @Test
  void spacesBeforePunctuationAreTakenOutAlsoInAStream() {
    Path t5 = Path.of("src/test/resources/folders/t5");
    try (Tokenizer tokenizer = Tokenizer.open(t5)) {
      int[] ids = tokenizer.encode("a . b ' c d 's ' . e", false);
      TextStream stream = tokenizer.stream(true);
      StringBuilder text = new StringBuilder();
      for (int id : ids) {
        text.append(stream.append(id));
      }
      text.append(stream.finish());
      assertThat(text.toString()).startsWith("a. b").isEqualTo(tokenizer.decode(ids, true));
    }
  }

  @Test
  void missingFile() {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no tokenizer");
  }

  /** A vocabulary of all bytes and no merge. */
  private Tokenizer bytes() {
    new ByteLevelBpeTrainer(new Options(260, 1, false, false, false)).finish().writeTo(folder);
    return Tokenizer.open(folder);
  }
}
