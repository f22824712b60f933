package dev.deed.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files whose bytes lie on a disk. Opening a FIFO waits for somebody to write, and a device may
 * never end: whoever reads a file as a whole asks here first.
 */
public final class RegularFile {
  private RegularFile() {}

  /**
   * Refuses what is there but no regular file, links followed. What is missing or may not be looked
   * at is left to whoever opens it.
   *
   * @throws BadInputException when the path leads to a folder, a FIFO, a device or a socket
   */
  public static void require(Path file) {
    require(file.toString(), file);
  }

  /**
   * The same.
   *
   * @param what what the message calls the file
   */
  public static void require(String what, Path file) {
    if (Files.isRegularFile(file) || !Files.exists(file)) {
      return;
    }
    throw new BadInputException(
        what,
        Files.isDirectory(file) ? "is a folder" : "is no regular file",
        "give the path of a file");
  }
}
