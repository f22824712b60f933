package dev.deed.cli;

import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/**
 * The file with the keys, one of which clients of a server have to send. Where others may read or
 * write it the server starts all the same, with a warning: secrets that an orchestrator mounts into
 * a container often have such modes, and nobody else is in there.
 */
final class KeyFile {
  private static final int MOST_BYTES = 4096;

  private KeyFile() {}

  /**
   * The text of a file, without its end.
   *
   * @param warnings takes a line where others may read or write the file
   * @throws InputException when it is no regular file, cannot be read, or holds something else
   */
  static String read(Path file, Consumer<String> warnings) {
    String what = "key file " + file;
    try {
      byte[] bytes = RegularFile.read(what, file, MOST_BYTES, "write keys alone into it");
      String keys = new String(bytes, StandardCharsets.US_ASCII).stripTrailing();
      InputException.require(
          !keys.isEmpty() && keys.chars().allMatch(c -> c < 0x7f),
          what,
          "holds no key of visible ASCII characters",
          "write one into it");
      warn(file, warnings);
      return keys;
    } catch (IOException e) {
      throw IoReason.unreadable(what, e);
    }
  }

  private static void warn(Path file, Consumer<String> warnings) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    // rw-r--r--: what the owner may comes first.
    String others = PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).substring(3);
    boolean written = others.contains("w");
    if (written || others.contains("r")) {
      warnings.accept(
          "key file %s: others may %s it; run: chmod 600 %s"
              .formatted(file, written ? "write" : "read", file));
    }
  }
}
