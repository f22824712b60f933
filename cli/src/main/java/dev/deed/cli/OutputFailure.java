package dev.deed.cli;

import dev.deed.files.IoReason;
import dev.deed.value.OneLine;
import java.io.IOError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a command prints cannot be written any more: it ends. An error, as picocli handles
 * exceptions of its own help texts itself.
 */
public final class OutputFailure extends IOError {
  private static final int FILE_TYPE = 0xf000;
  private static final int PIPE = 0x1000;
  private static final int SOCKET = 0xc000;

  private final String message;
  private final boolean readerGone;

  /**
   * @param name what the message calls the output
   * @param path where the output can be looked at
   * @param whatToDo what the user can do about it
   */
  OutputFailure(String name, Path path, String whatToDo, IOException cause) {
    super(cause);
    this.message =
        "%s: cannot be written (%s); %s"
            .formatted(OneLine.of(name), OneLine.of(IoReason.of(cause)), OneLine.of(whatToDo));
    this.readerGone = isPipe(path);
  }

  /** One line, {@code WHAT: WHY; WHAT TO DO}. */
  @Override
  public String getMessage() {
    return message;
  }

  /**
   * Whether the reader at the other end of a pipe went away, which is no error: {@code deed … |
   * head -1}. Nothing else keeps a pipe from being written. The system's own message cannot be
   * asked: it speaks the user's language.
   */
  boolean readerGone() {
    return readerGone;
  }

  private static boolean isPipe(Path path) {
    try {
      int type = (int) Files.getAttribute(path, "unix:mode") & FILE_TYPE;
      return type == PIPE || type == SOCKET;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
