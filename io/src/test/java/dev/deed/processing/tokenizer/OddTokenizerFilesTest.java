package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.testing.OddFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Something else in the place of each file that a tokenizer is read from. */
final class OddTokenizerFilesTest {
  private static final Path FOLDERS = Path.of("src/test/resources/folders");

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOOP")
  void isRefusedAtOnce(OddFile odd) throws IOException, InterruptedException {
    for (String family : List.of("t5", "marian", "bart", "m2m100")) {
      try (Stream<Path> files = Files.list(FOLDERS.resolve(family))) {
        for (Path source : files.filter(file -> !file.endsWith("cases.json")).toList()) {
          refuses(odd, family, source.getFileName().toString());
        }
      }
    }
  }

  private void refuses(OddFile odd, String family, String name)
      throws IOException, InterruptedException {
    Path copy = Files.createDirectory(folder.resolve(family + "-" + name));
    try (Stream<Path> files = Files.list(FOLDERS.resolve(family))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    odd.replace(copy.resolve(name));
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThatThrownBy(() -> Tokenizer.open(copy))
                .as(family + "/" + name)
                .isInstanceOf(InputException.class)
                .message()
                .hasLineCount(1));
  }
}
