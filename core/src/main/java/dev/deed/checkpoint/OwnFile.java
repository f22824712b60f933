package dev.deed.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Files that DEED finds beside a target and takes for its own: locks and parts of earlier runs.
 * Their names can be guessed, so a folder of somebody else's may hold a link of such a name, which
 * leads to a file of the user's. What is written, shortened or locked must be a regular file with
 * this one name.
 */
final class OwnFile {
  /** How many names a file has; not known on every system. */
  private static final String NAMES = "unix:nlink";

  private OwnFile() {}

  /**
   * Whether it is a regular file with one name: no symbolic link, and no second name of another.
   */
  static boolean is(Path file) throws IOException {
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
