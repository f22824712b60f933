package dev.deed.checkpoint;

import dev.deed.value.InputException;
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
   * @throws InputException when it is larger, or no regular file
   * @throws IOException when it cannot be read
   */
  public static byte[] read(Path file, int most, String whatToDo) throws IOException {
    return read(file.toString(), file, most, whatToDo);
  }

  /**
   * The same.
   *
   * @param what what the message calls the file
   */
  public static byte[] read(String what, Path file, int most, String whatToDo) throws IOException {
    RegularFile.require(what, file);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      // A huge file is not read at all. Of others what was read counts: files grow.
      requireFew(what, Files.size(file), most, whatToDo);
      bytes = in.readNBytes(most + 1);
    }
    requireFew(what, bytes.length, most, whatToDo);
    return bytes;
  }

  private static void requireFew(String what, long bytes, int most, String whatToDo) {
    InputException.require(bytes <= most, what, "is larger than " + most + " bytes", whatToDo);
  }
}
