package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that must end while files are being written. */
final class UnfinishedTest {
  @TempDir Path folder = Path.of("");

  @Test
  void wholeLinesAreKeptAndOtherPartsRemoved() throws IOException {
    Path lines = folder.resolve("lines");
    LinesFile open = LinesFile.begin(lines, false);
    open.write("whole\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> writeOther(folder.resolve("other")))
        .isInstanceOf(InputException.class);
    open.close();
    assertThat(lines).hasContent("whole");
    assertThat(folder.toFile().list()).containsExactly("lines");
  }

  private void writeOther(Path other) throws IOException {
    AtomicFiles.write(
        other,
        out -> {
          out.write(1);
          out.flush();
          Path made = folder.resolve("made");
          AtomicFolder.write(
              made,
              part -> {
                Files.writeString(part.resolve("a"), "a");
                assertThat(Unfinished.settle()).isEmpty();
                return 0;
              });
        });
  }

  @Test
  void withoutALineThereIsNoFile() throws IOException {
    try (LinesFile open = LinesFile.begin(folder.resolve("lines"), false)) {
      assertThat(Unfinished.settle()).isEmpty();
      assertThat(folder).isEmptyDirectory();
      assertThat(open.path()).doesNotExist();
    }
  }
}
