package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Files whose bytes lie on a disk. Opening a FIFO waits for somebody to write, and a device may
 * never end: whoever reads a file as a whole asks here first.
 */
public final class RegularFile {
  /** How many names a file has; not known on every system. */
  private static final String NAMES = "unix:nlink";

  private RegularFile() {}

  /**
   * Refuses what is there but no regular file, links followed. What is missing or may not be looked
   * at is left to whoever opens it.
   *
   * @throws InputException when the path leads to a folder, a FIFO, a device or a socket
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
    throw new InputException(
        what,
        Files.isDirectory(file) ? "is a folder" : "is no regular file",
        "give the path of a file");
  }

  /**
   * Whether a file that DEED finds beside a target can be one of its own, a lock or a part of an
   * earlier run: a regular file with this one name. Such names can be guessed, so a folder of
   * somebody else's may hold a link of that name, which leads to a file of the user's.
   */
  static boolean isOwn(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .isRegularFile()
          && hasOneName(file);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean hasOneName(Path file) throws IOException {
    return !file.getFileSystem().supportedFileAttributeViews().contains("unix")
        || Files.getAttribute(file, NAMES, LinkOption.NOFOLLOW_LINKS) instanceof Integer names
            && names == 1;
  }
}
