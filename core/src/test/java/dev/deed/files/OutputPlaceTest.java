package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.files.OutputPlace.RegularFile;
import dev.deed.files.OutputPlace.StandardOutput;
import dev.deed.files.OutputPlace.Stream;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the paths of users lead. */
@EnabledOnOs(OS.LINUX)
final class OutputPlaceTest {
  @TempDir Path folder = Path.of("");

  @Test
  void linksAreFollowed() throws IOException {
    Path real = folder.toRealPath();
    Path file = Files.writeString(folder.resolve("file"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    Path second = Files.createSymbolicLink(folder.resolve("second"), link);
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("new"));
    Path folders = Files.createSymbolicLink(folder.resolve("folders"), folder);
    for (Path path : new Path[] {file, link, second, folders.resolve("link")}) {
      assertThat(OutputPlace.of(path)).isEqualTo(new RegularFile(real.resolve("file")));
    }
    assertThat(OutputPlace.of(dangling)).isEqualTo(new RegularFile(real.resolve("new")));
    Path deep = real.resolve("a/b");
    assertThat(OutputPlace.of(real.resolve("a/c/../b"))).isEqualTo(new RegularFile(deep));
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThatThrownBy(() -> OutputPlace.of(loop))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a link that leads nowhere; give");
    for (Path path : new Path[] {folder, folders, Path.of("/")}) {
      assertThatThrownBy(() -> OutputPlace.of(path)).hasMessageContaining("is a folder; give");
    }
  }

  @Test
  void streamsAreWhatTheyAre() throws IOException, InterruptedException {
    Path fifo = folder.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/null"));
    for (Path path : new Path[] {fifo, link, Path.of("/dev/full"), Path.of("/dev/stderr")}) {
      assertThat(OutputPlace.of(path)).isEqualTo(new Stream(path));
    }
    Path stdout = Files.createSymbolicLink(folder.resolve("stdout"), Path.of("/dev/stdout"));
    for (Path path : new Path[] {Path.of("/dev/stdout"), Path.of("/proc/self/fd/1"), stdout}) {
      assertThat(OutputPlace.of(path)).isEqualTo(new StandardOutput());
    }
    assertThat(OutputPlace.of(Path.of("/proc/1/fd/1")))
        .as("of another process")
        .isNotInstanceOf(RegularFile.class);
  }

  @Test
  void outputsThatAreTheInputAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    Path hard = Files.createLink(folder.resolve("hard"), file);
    for (Path same : new Path[] {file, link, hard, folder.resolve("./file")}) {
      assertThatThrownBy(() -> OutputPlace.requireOther(file, same, "--output"))
          .isInstanceOf(InputException.class)
          .hasMessage("--output: is the input; give another file");
    }
    OutputPlace.requireOther(file, Files.writeString(folder.resolve("other"), ""), "--output");
    OutputPlace.requireOther(file, folder.resolve("none"), "--output");
    OutputPlace.requireOther(Path.of("/dev/null"), Path.of("/dev/null"), "--output");
    assertThat(OutputPlace.file(link)).isEqualTo(folder.toRealPath().resolve("file"));
    assertThatThrownBy(() -> OutputPlace.file(Path.of("/dev/null")))
        .hasMessage("/dev/null: is a device or a pipe; give the path of a file");
  }
}
