package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.tokenizer.VocabularyTrainer.Options;
import dev.deed.processing.tokenizer.VocabularyTrainer.WordLevelTrainer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Hugging Face's own trainers: fixtures of {@code tools/check_tokenizer.py}. */
class VocabularyTrainerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  @Test
  void wordLevelEqualsTheReference() throws IOException {
    learnsTheSame(new WordLevelTrainer(new Options(90, 2, false, false, false)), "word_level");
  }

  @Test
  void byteLevelEqualsTheReference() throws IOException {
    learnsTheSame(new ByteLevelBpeTrainer(new Options(420, 1, false, false, true)), "byte_level");
  }

  @Test
  void singleDigitsEqualTheReference() throws IOException {
    learnsTheSame(
        new ByteLevelBpeTrainer(new Options(2000, 2, true, false, false)), "byte_level_digits");
  }

  @Test
  void aSpaceInFrontEqualsTheReference() throws IOException {
    learnsTheSame(
        new ByteLevelBpeTrainer(new Options(900, 1, true, true, false)), "byte_level_prefix");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      int[] alone = tokenizer.encode("犬山", false);
      int[] two = tokenizer.encode("犬山 犬山", false);
      assertThat(two).startsWith(alone).endsWith(alone).hasSize(2 * alone.length);
    }
  }

  private void learnsTheSame(VocabularyTrainer trainer, String name) throws IOException {
    List<String> lines = new ArrayList<>();
    resource("sample.json").forEach(line -> lines.add(line.asText()));
    List<String> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, new Random(3));
    shuffled.forEach(trainer::add);
    TrainedTokenizer trained = trainer.finish();

    ObjectNode expected = (ObjectNode) resource(name + ".json");
    JsonNode ids = expected.remove("_ids");
    assertThat(trained.tokenizer()).isEqualTo(expected);
    assertThat(trained.size()).isEqualTo(expected.at("/model/vocab").size());
    trained.writeTo(folder);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(trained.size());
      assertThat(tokenizer.bosId()).hasValue(0);
      assertThat(tokenizer.padId()).hasValue(1);
      assertThat(tokenizer.eosId()).hasValue(2);
      assertThat(tokenizer.id("<unk>")).hasValue(3);
      for (int i = 0; i < lines.size(); i++) {
        int[] encoded = tokenizer.encode(lines.get(i));
        assertThat(encoded)
            .as(lines.get(i))
            .isEqualTo(MAPPER.convertValue(ids.get(i), int[].class));
        if (trainer instanceof ByteLevelBpeTrainer && !lines.get(i).contains("<unk>")) {
          assertThat(tokenizer.decode(encoded, true)).isEqualTo(lines.get(i));
        }
      }
    }
  }

  @Test
  void refusesVocabulariesWithoutRoom() {
    assertThatThrownBy(() -> new Options(4, 1, false, false, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ByteLevelBpeTrainer(new Options(259, 1, false, false, false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 260");
    assertThatThrownBy(() -> new Options(10, 0, false, false, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void codePointOrderIsNotThatOfUtf16() {
    assertThat(WordLevelTrainer.CODE_POINTS.compare("\uff5e", "\ud83c\udf89")).isNegative();
    assertThat(WordLevelTrainer.CODE_POINTS.compare("\ud83c\udf89", "\ud83c\udf8a")).isNegative();
    assertThat(WordLevelTrainer.CODE_POINTS.compare("a", "ab")).isNegative();
    assertThat(WordLevelTrainer.CODE_POINTS.compare("b", "ab")).isPositive();
    assertThat(WordLevelTrainer.CODE_POINTS.compare("ab", "ab")).isZero();
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = VocabularyTrainerTest.class.getResourceAsStream("/tokenizers/" + name)) {
      return MAPPER.readTree(Objects.requireNonNull(in, name));
    }
  }
}
