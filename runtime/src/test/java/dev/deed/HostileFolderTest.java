package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.testing.OddFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Model folders of others: each file a link, as in the Hub's cache, or something else. */
final class HostileFolderTest {
  private static final Path MODEL =
      Path.of(System.getProperty("deed.root", ".."), "models/ofa-tasks").toAbsolutePath();
  private static final Input INPUT =
      Input.ofText("what is the color of the rectangle?")
          .withImage(MODEL.resolve("samples/shape-1.png"));

  @TempDir Path folder = Path.of("");

  @BeforeEach
  void link() throws IOException {
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
      }
    }
  }

  private @Nullable String answer() {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      return model.generate(INPUT).text();
    }
  }

  @Test
  void linksAreFollowed() {
    assertThat(answer()).isEqualTo("yellow");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoFileIsRefusedAtOnce(OddFile odd) throws IOException, InterruptedException {
    for (String name :
        List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "preprocessor_config.json",
            "processor_config.json",
            "model.safetensors")) {
      Path file = folder.resolve(name);
      boolean there = Files.exists(file);
      odd.replace(file);
      // A link that leads nowhere is as good as none where the file may be missing.
      if (odd != OddFile.LOOP || (there && !name.equals("generation_config.json"))) {
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(30),
            () ->
                assertThatThrownBy(this::answer)
                    .as(name)
                    .isInstanceOf(InputException.class)
                    .message()
                    .hasLineCount(1));
      }
      Files.delete(file);
      if (there) {
        Files.createSymbolicLink(file, MODEL.resolve(name));
      }
    }
  }
}
