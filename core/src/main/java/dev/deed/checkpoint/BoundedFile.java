package dev.deed.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whole files, read up to a limit whatever size the file system states for them. */
public final class BoundedFile {
  private BoundedFile() {}

  /**
   * The bytes of a file.
   *
   * @param most bytes that it may have, below {@link Integer#MAX_VALUE}
   * @param whatToDo advice where it has more
   * @throws BadInputException when it is larger, or no regular file
   * @throws IOException when it cannot be read
   */
  public static byte[] read(Path file, int most, String whatToDo) throws IOException {
    RegularFile.require(file);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      // What was read counts, not a stated size: files grow.
      bytes = in.readNBytes(most + 1);
    }
    BadInputException.require(
        bytes.length <= most, file.toString(), "is larger than " + most + " bytes", whatToDo);
    return bytes;
  }
}
