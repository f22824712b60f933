package dev.deed.checkpoint;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that appear whole or not at all. */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes to a temporary file in the same folder and moves it to {@code file}, replacing what was
   * there.
   *
   * @throws InputException when no file can be made there; the content is not asked for then
   * @throws IOException when writing or moving fails; the temporary file is removed
   */
  public static void write(Path file, Content content) throws IOException {
    Path temporary = temporaryFor(file);
    Unfinished.begin(temporary, () -> Files.deleteIfExists(temporary));
    write(file, temporary, content);
  }

  /**
   * Writes a file as {@link #write} does, but what was flushed so far is kept if the process is
   * forced to end; so the content flushes behind whole lines alone.
   */
  public static void writeLines(Path file, Content content) throws IOException {
    Path temporary = temporaryFor(file);
    Unfinished.begin(
        temporary,
        () -> {
          if (Files.size(temporary) == 0) {
            Files.delete(temporary);
          } else {
            readableLikeOthers(temporary);
            move(temporary, file);
          }
        });
    write(file, temporary, content);
  }

  private static void write(Path file, Path temporary, Content content) throws IOException {
    try {
      // Not a channel's stream: an interrupt, which asks to stop, would close that in the middle.
      try (OutputStream out =
          new BufferedOutputStream(new FileOutputStream(temporary.toFile()), 1 << 16)) {
        content.writeTo(out);
      }
      readableLikeOthers(temporary);
      move(temporary, file);
    } finally {
      Unfinished.over(temporary);
      Files.deleteIfExists(temporary);
    }
  }

  /** Before the content is made: that can take hours, which a wrong path should not cost. */
  private static Path temporaryFor(Path file) {
    if (Files.isDirectory(file)) {
      throw new InputException(file.toString(), "is a folder", "give the path of a file");
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      return Files.createTempFile(folder, file.getFileName().toString(), ".part");
    } catch (IOException e) {
      throw new InputException(
          file.toString(), "cannot be written (" + e + ")", "give a path in a writable folder");
    }
  }

  /** Writes a text file in UTF-8; see {@link #write}. */
  public static void writeText(Path file, String text) throws IOException {
    write(file, out -> out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Temporary files are private to their owner; results should be as readable as any file. */
  private static void readableLikeOthers(Path file) throws IOException {
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(
          file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    }
  }
}
