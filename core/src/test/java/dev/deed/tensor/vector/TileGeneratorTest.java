package dev.deed.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tiles in the tree are those that the generator writes. */
class TileGeneratorTest {
  @Test
  void nobodyHasChangedATile() throws IOException {
    Path home =
        Path.of(System.getProperty("deed.root"), "core/src/main/java/dev/deed/tensor/vector");
    for (Map.Entry<String, String> file : TileGenerator.files().entrySet()) {
      assertThat(Files.readString(home.resolve(file.getKey())))
          .as(file.getKey())
          .isEqualTo(file.getValue());
    }
  }
}
