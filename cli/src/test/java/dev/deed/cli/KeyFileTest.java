package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file with the key of a server. */
final class KeyFileTest {
  @TempDir Path folder = Path.of("");

  private final List<String> warnings = new ArrayList<>();

  private Path file(String content, String modes) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(modes));
    return file;
  }

  private String read(Path file) {
    return ServeCommand.KeyFile.read(file, warnings::add);
  }

  @Test
  void theEndOfTheLineIsNoPartOfTheKey() throws IOException {
    assertThat(read(file("secret-1\r\n", "rw-------"))).isEqualTo("secret-1");
    assertThat(warnings).isEmpty();
  }

  @Test
  void whoElseMayReadOrWriteItIsTold() throws IOException {
    assertThat(read(file("k", "rw-r--r--"))).isEqualTo("k");
    assertThat(read(file("k", "rw-rw-rw-"))).isEqualTo("k");
    Path key = folder.resolve("key");
    assertThat(warnings)
        .containsExactly(
            "key file " + key + ": others may read it; run: chmod 600 " + key,
            "key file " + key + ": others may write it; run: chmod 600 " + key);
  }

  @Test
  void whatHoldsNoKeyIsRefused() throws IOException, InterruptedException {
    for (String content : List.of("", "\n", "schl\u00fcssel")) {
      assertThatThrownBy(() -> read(file(content, "rw-------")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("holds no key of visible ASCII characters");
    }
    assertThatThrownBy(() -> read(file("k".repeat(5000), "rw-------")))
        .hasMessageContaining("is larger than 4096 bytes; write keys alone into it");
    assertThatThrownBy(() -> read(folder)).hasMessageContaining("is a folder");
    assertThatThrownBy(() -> read(folder.resolve("none"))).hasMessageContaining("no such file");
    Path pipe = folder.resolve("pipe");
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "skipped: no mkfifo");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThatThrownBy(() -> read(pipe))
                .hasMessageStartingWith("key file " + pipe + ": is no regular file"));
  }
}
