package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of what is being written, and what becomes of the parts of killed runs. */
final class PartsTest {
  @TempDir Path folder = Path.of("");

  @Test
  void filesOfUsersStay() throws IOException {
    Path part = Files.createDirectory(folder.resolve("made.part"));
    Files.writeString(part.resolve("mine"), "mine");
    Path lock = Files.writeString(folder.resolve("made.lock"), "mine");
    Path other = Files.writeString(folder.resolve("made.deed-1.part"), "mine");
    AtomicFolder.write(
        folder.resolve("made"), made -> Files.writeString(made.resolve("a"), "whole"));
    AtomicFiles.writeText(folder.resolve("file"), "whole");
    assertThat(part.resolve("mine")).hasContent("mine");
    assertThat(lock).hasContent("mine");
    assertThat(other).hasContent("mine");
    assertThat(folder.resolve("made/a")).hasContent("whole");
    assertThat(folder.toFile().list()).hasSize(5);
  }

  @Test
  void leftoversOfTheSameTargetAreRemoved() throws IOException {
    Path left = Files.createDirectory(folder.resolve("made.deed-0123456789abcdef.part"));
    Files.writeString(left.resolve("half"), "half");
    Path another = Files.createDirectory(folder.resolve("other.deed-0123456789abcdef.part"));
    Path file = Files.writeString(folder.resolve("file.deed-0123456789abcdef.part"), "half");
    AtomicFolder.write(folder.resolve("made"), made -> made);
    AtomicFiles.writeText(folder.resolve("file"), "whole");
    assertThat(left).doesNotExist();
    assertThat(file).doesNotExist();
    assertThat(another).isDirectory();
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("made", "file", another.getFileName().toString());
  }

  @Test
  void linksToFoldersAreFollowedAndStay() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createDirectory(other.resolve("empty"));
    for (String name : new String[] {"empty", "new"}) {
      Path link = Files.createSymbolicLink(folder.resolve(name), Path.of("other", name));
      AtomicFolder.write(link, made -> Files.writeString(made.resolve("a"), "whole"));
      assertThat(link).isSymbolicLink();
      assertThat(other.resolve(name).resolve("a")).hasContent("whole");
    }
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThatThrownBy(() -> AtomicFolder.write(loop, made -> made))
        .hasMessageContaining("is a link that leads nowhere; give");
  }

  @Test
  void aReplacedFileStaysAsReadableAsItWas() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    AtomicFiles.writeText(file, "new");
    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void partsThatAreBeingWrittenStay() throws IOException {
    Path file = folder.resolve("file");
    AtomicFiles.write(
        file,
        out -> {
          AtomicFiles.writeText(file, "first");
          out.write("last".getBytes(StandardCharsets.UTF_8));
        });
    assertThat(file).hasContent("last");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void longNamesAreWrittenToo() throws IOException {
    Path file = folder.resolve("ü".repeat(127));
    AtomicFiles.writeText(file, "whole");
    assertThat(file).hasContent("whole");
    Path made = folder.resolve("m".repeat(255));
    AtomicFolder.write(made, part -> part);
    assertThat(made).isDirectory();
  }

  @Test
  void aTargetIsWrittenOnceAtATime() throws IOException {
    Path made = folder.resolve("made");
    assertThatThrownBy(
            () -> AtomicFolder.write(made, part -> AtomicFolder.write(made, again -> again)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("made: is being written by another run of deed; wait");
    assertThat(folder).isEmptyDirectory();
    // By another name too.
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    try (TargetLock lock = TargetLock.on(made)) {
      assertThatThrownBy(() -> TargetLock.on(link.resolve("made")))
          .hasMessageContaining("is being written");
      TargetLock.on(folder.resolve("other")).close();
    }
    TargetLock.on(made).close();
    assertThat(folder.toFile().list()).containsExactly("link");
  }

  @Test
  void lockFilesOfKilledRunsKeepNobodyOut() throws IOException {
    Path made = folder.resolve("made");
    Path file = Files.writeString(folder.resolve(".made.deed-lock"), "12345");
    TargetLock.on(made).close();
    assertThat(file).doesNotExist();
    Files.writeString(file, "released");
    TargetLock.on(made).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void locksEndWithTheirProcess() throws IOException, InterruptedException {
    Path made = folder.resolve("made");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                made.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.getInputStream().read()).isEqualTo('h');
      assertThatThrownBy(() -> TargetLock.on(made))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("by another run of deed, process " + process.pid() + "; wait");
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve(".made.deed-lock")).exists();
    TargetLock.on(made).close();
    assertThat(folder).isEmptyDirectory();
  }

  /** Holds a lock until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws IOException {
      try (TargetLock lock = TargetLock.on(Path.of(args[0]))) {
        System.out.write('h');
        System.out.flush();
        System.in.read();
      }
    }
  }

  @Test
  void devicesAndPipesStayWhatTheyAre() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("stdout"), Path.of("/proc/self/fd/1"));
    for (Path file : new Path[] {Path.of("/dev/null"), link}) {
      assertThatThrownBy(() -> AtomicFiles.writeText(file, "text"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is a device or a pipe");
      assertThatThrownBy(() -> AtomicFiles.lock(file))
          .hasMessageContaining("is a device or a pipe");
    }
    assertThat(link).isSymbolicLink();
  }

  @Test
  void lockedPartsAreNoLeftovers() throws IOException {
    Path part = Files.writeString(folder.resolve("file.deed-0123456789abcdef.part"), "");
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      AtomicFiles.writeText(folder.resolve("file"), "whole");
      assertThat(part).exists();
    }
  }

  @Test
  void placesThatCannotBeWrittenAreToldBeforeTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "keep");
    for (Path target :
        new Path[] {file.resolve("made"), file.resolve("a/b"), Path.of("/proc/none/made")}) {
      assertThatThrownBy(() -> TargetLock.on(target))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(target + ": cannot be written (");
    }
    TargetLock.on(folder.resolve("new/deep/made")).close();
    assertThat(folder.toFile().list()).containsExactly("file");
    try (TargetLock lock = TargetLock.on(folder.resolve("new/deep/made"))) {
      Files.writeString(folder.resolve("new/deep/made"), "whole");
    }
    assertThat(folder.resolve("new/deep").toFile().list()).containsExactly("made");
  }
}
