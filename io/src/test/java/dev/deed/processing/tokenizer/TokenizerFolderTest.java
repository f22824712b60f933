package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Folders without tokenizer.json: those of {@code tools/make_tokenizer_fixtures.py}, and golden
 * ones.
 */
class TokenizerFolderTest {
  private static final Path FOLDERS = Path.of("src/test/resources/folders");
  private static final Path SAVED = Path.of("src/test/resources/saved");

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5",
        "t5-saved",
        "mt5",
        "pegasus",
        "mbart",
        "mbart50",
        "nllb",
        "nllb-legacy",
        "m2m100",
        "m2m100-saved",
        "donut",
        "marian",
        "marian-separate",
        "bart",
        "roberta",
        "whisper"
      })
  void encodesAndDecodesAsTransformers(String name) throws IOException {
    assertThat(Tokenizer.existsIn(FOLDERS.resolve(name))).isTrue();
    try (Tokenizer tokenizer = Tokenizer.open(FOLDERS.resolve(name))) {
      TokenizerCases.read(FOLDERS.resolve(name).resolve("cases.json")).check(tokenizer);
    }
  }

  /** Folders whose tokenizer.json Transformers 4 wrote, {@code tools/make_saved_fixtures.py}. */
  @ParameterizedTest
  @ValueSource(strings = {"t5", "pegasus", "mbart", "mbart50", "nllb", "donut"})
  void encodesAndDecodesAsTransformers4SavedIt(String name) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(SAVED.resolve(name))) {
      TokenizerCases.read(SAVED.resolve(name).resolve("cases.json")).check(tokenizer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_0", "t5-v1_1", "mbart", "m2m100"})
  void goldenFoldersWithoutTheirTokenizerJson(String family) throws IOException {
    Path golden = Shared.path("golden/hf/" + family);
    try (Stream<Path> files = Files.list(golden.resolve("model"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.equals("tokenizer.json") && !name.endsWith(".safetensors")) {
          Files.copy(file, folder.resolve(name));
        }
      }
    }
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      TokenizerCases.read(golden.resolve("tokenizer_cases.json")).check(tokenizer);
    }
  }
}
