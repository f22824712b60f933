package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguagesTest {
  private static final Path FOLDERS = Path.of("src/test/resources/folders");

  @TempDir Path folder = Path.of("");

  @Test
  void aStartTokenThatIsALanguageIsReplaced() {
    try (Tokenizer mbart = open("mbart")) {
      int german = mbart.id("de_DE").orElseThrow();
      int english = mbart.id("en_XX").orElseThrow();
      assertThat(mbart.target("de_DE", english))
          .isEqualTo(new TargetLanguage(german, OptionalInt.empty()));
      assertThat(mbart.target("de_DE", 2)).isEqualTo(new TargetLanguage(2, OptionalInt.of(german)));
      assertThat(mbart.encodeTarget("The cat", null)).endsWith(2, english);
      assertThat(mbart.encodeTarget("The cat", "de_DE")).endsWith(2, german);
      assertThat(mbart.encode("The cat", false)).doesNotContain(english, german, 2);
    }
  }

  @Test
  void marianReadsItsTargetInTheText() {
    try (Tokenizer marian = open("marian")) {
      assertThat(marian.languages()).containsExactly("de", "nl");
      int[] spelled = marian.encode(">>de<< The cat");
      assertThat(marian.encode("The cat", null, "de")).isEqualTo(spelled);
      assertThat(marian.encode("The cat", "en", "de")).isEqualTo(spelled);
      assertThat(marian.encode(">>de<< The cat", null, "de")).isEqualTo(spelled);
      assertThat(marian.target("de", 109)).isEqualTo(new TargetLanguage(109, OptionalInt.empty()));
      assertThatThrownBy(() -> marian.encode("x", null, "fr"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("\"fr\" is no language of this model; give one of de, nl");
    }
  }

  @Test
  void aModelOfOneLanguageTakesNoOther() {
    try (Tokenizer marian = open("marian-separate")) {
      assertThat(marian.encode("The cat", "en", "de")).isEqualTo(marian.encode("The cat"));
      assertThatThrownBy(() -> marian.encode("x", "fr", null))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("source_language: \"fr\"");
      assertThatThrownBy(() -> marian.encode("x", null, "fr"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("target_language: \"fr\"");
    }
    try (Tokenizer t5 = open("t5")) {
      assertThat(t5.languages()).isEmpty();
      assertThatThrownBy(() -> t5.encode("x", null, "de"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no tokens of languages");
      assertThatThrownBy(() -> t5.target("de", 0)).isInstanceOf(InputException.class);
    }
  }

  @Test
  void someOfManyLanguagesAreNamed() {
    try (Tokenizer m2m100 = open("m2m100")) {
      assertThat(m2m100.languages()).hasSize(100).contains("de", "zu");
      assertThatThrownBy(() -> m2m100.encode("x", "de_DE", null))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("give one of af, am, ar,")
          .hasMessageContaining("(100 in all)");
    }
  }

  /** The order of the published model: pieces from 4 on, languages, mask. */
  @Test
  void nllbWithNothingButItsModelFile() throws IOException {
    copyModel("nllb");
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"NllbTokenizer\"}");
    try (Tokenizer nllb = Tokenizer.open(folder)) {
      int first = nllb.id("ace_Arab").orElseThrow();
      assertThat(nllb.languages()).hasSize(202);
      assertThat(nllb.id("zul_Latn")).hasValue(first + 201);
      assertThat(nllb.id("<mask>")).hasValue(first + 202);
      assertThat(nllb.vocabularySize()).isEqualTo(first + 203);
      assertThat(nllb.encode("The cat")).startsWith(nllb.id("eng_Latn").orElseThrow()).endsWith(2);
    }
  }

  @Test
  void withoutAUsualLanguageOneMustBeGiven() throws IOException {
    copyModel("nllb");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"NllbTokenizer\", \"extra_special_tokens\": [\"deu_Latn\"]}");
    try (Tokenizer nllb = Tokenizer.open(folder)) {
      assertThatThrownBy(() -> nllb.encode("x"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("source_language: is missing")
          .hasMessageContaining("deu_Latn");
      assertThat(nllb.encode("x", "deu_Latn", null)).startsWith(nllb.id("deu_Latn").orElseThrow());
    }
  }

  private void copyModel(String name) throws IOException {
    Files.copy(
        FOLDERS.resolve(name).resolve("sentencepiece.bpe.model"),
        folder.resolve("sentencepiece.bpe.model"));
  }

  private static Tokenizer open(String name) {
    return Tokenizer.open(FOLDERS.resolve(name));
  }
}
