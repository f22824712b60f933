package dev.deed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.Spelling;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings, and what of them nobody asked for. */
final class ConfigTest {
  private static Config of(String json) throws IOException {
    return Config.of("config.json", (ObjectNode) new ObjectMapper().readTree(json));
  }

  @Test
  void ignoredKeysOfObjectsInsideAreTold() throws IOException {
    Config config =
        of(
            """
            {"size": 1, "other": 2, "inner": {"a": 1, "b": {"c": 2, "d": 3}, "e": 4},
             "list": [{"f": 1}, {"g": 2}], "unread": {"h": 1}}\
            """);
    config.has("size");
    config.object("inner").has("a");
    config.object("inner").object("b").has("c");
    config.objects("list").getFirst().has("f");
    assertThat(config.ignoredKeys())
        .containsExactly("other", "unread", "inner.e", "inner.b.d", "list[1].g");
  }

  @Test
  void namesNearAreProposed() {
    List<String> names = List.of("threshold", "threshold_decay", "layers");
    assertThat(Spelling.nearest("treshold", names)).isEqualTo("threshold");
    assertThat(Spelling.nearest("layer", names)).isEqualTo("layers");
    assertThat(Spelling.nearest("foo", names)).isNull();
    assertThat(Spelling.nearest("x".repeat(1 << 20), names)).isNull();
    assertThat(Spelling.nearest("", names)).isNull();
  }

  /** Its size is looked at, and none of it is read. */
  @Test
  void hugeFilesAreRefusedUnread(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(100L << 30);
    }
    assertThatThrownBy(() -> Config.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is larger than 16777216 bytes");
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertThatThrownBy(() -> Config.read(file)).hasMessageContaining("is no regular file");
  }
}
