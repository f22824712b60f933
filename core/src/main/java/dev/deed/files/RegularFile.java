package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
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
   * @param what what the message calls the file
   * @throws InputException when the path leads to a folder, a FIFO, a device or a socket
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

  /** Reads a file that messages call by its path. */
  public static byte[] read(Path file, int most, String whatToDo) throws IOException {
    return read(file.toString(), file, most, whatToDo);
  }

  /**
   * Reads a whole file, up to a limit whatever size the file system states for it.
   *
   * @param what what the message calls the file
   * @param most bytes that it may have, below {@link Integer#MAX_VALUE}
   * @param whatToDo advice where it has more
   * @throws InputException when it is larger, or no regular file
   * @throws IOException when it cannot be read
   */
  public static byte[] read(String what, Path file, int most, String whatToDo) throws IOException {
    require(what, file);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      // A huge file is not read at all. Of others what was read counts: files grow.
      requireFew(what, Files.size(file), most, whatToDo);
      bytes = in.readNBytes(most + 1);
    }
    requireFew(what, bytes.length, most, whatToDo);
    return bytes;
  }

  /**
   * A whole file, or its beginning: one byte more than {@code most} of a longer one.
   *
   * @param what what the message calls the file
   * @param most below {@link Integer#MAX_VALUE}
   * @throws InputException when it is no regular file, or cannot be read
   */
  public static byte[] begin(String what, Path file, long most) {
    require(what, file);
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes((int) most + 1);
    } catch (IOException e) {
      throw IoReason.unreadable(what, e);
    }
  }

  private static void requireFew(String what, long bytes, int most, String whatToDo) {
    InputException.require(bytes <= most, what, "is larger than " + most + " bytes", whatToDo);
  }

  /**
   * Whether a file that DEED finds beside a target can be one of its own, a lock or a part of an
   * earlier run: a regular file with this one name. Such names can be guessed, so a folder of
   * somebody else's may hold a link of that name, which leads to a file of the user's.
   */
  public static boolean isOwn(Path file) throws IOException {
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
