package dev.deed.files;

import dev.deed.value.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Set;

/** Why the system refused something, in words. */
public final class IoReason {
  private static final Set<String> FULL =
      Set.of("No space left on device", "Disk quota exceeded", "Input/output error");

  private IoReason() {}

  /** The reason alone, without the path where the caller names it. */
  public static String of(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or folder";
      case NotDirectoryException _ -> "not a folder";
      case FileAlreadyExistsException there -> there.getFile() + " is there already";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      case BindException bound -> address(String.valueOf(bound.getMessage()));
      case FileNotFoundException missing -> inBrackets(String.valueOf(missing.getMessage()));
      case IOException _ when e.getCause() instanceof IOException cause -> of(cause);
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  /** A file, or what messages call it, that cannot be read, with the reason of the file system. */
  public static InputException unreadable(Object what, IOException e) {
    return e instanceof NoSuchFileException
        ? new InputException(what.toString(), "there is no such file", "check the path")
        : new InputException(
            what.toString(), "cannot be read (" + of(e) + ")", "check that it may be read");
  }

  /**
   * A place that cannot be written, with the reason of the file system.
   *
   * @return an {@link UncheckedIOException} where the disk is at fault, which no other input mends
   */
  public static RuntimeException unwritable(Path place, IOException e) {
    String reason = of(e);
    return isOfDisk(e)
        ? new UncheckedIOException(new FileSystemException(place.toString(), null, reason))
        : new InputException(
            place.toString(),
            "cannot be written (" + reason + ")",
            "give a path in a writable folder");
  }

  /**
   * Whether the disk failed or is full: what was opened could not be written or read. A path that
   * cannot be opened is told by exceptions of other kinds, but where the disk is full.
   */
  static boolean isOfDisk(IOException e) {
    boolean ofPath = e instanceof FileSystemException || e instanceof FileNotFoundException;
    return !ofPath || FULL.contains(of(e));
  }

  private static String address(String message) {
    if (message.contains("in use")) {
      return "it is in use";
    }
    if (message.contains("assign")) {
      return "it is no address of this machine";
    }
    return message.contains("ermission") ? "permission denied" : message;
  }

  /** {@code Read-only file system} of {@code PATH (Read-only file system)}. */
  private static String inBrackets(String message) {
    int bracket = message.lastIndexOf('(');
    return bracket >= 0 && message.endsWith(")")
        ? message.substring(bracket + 1, message.length() - 1)
        : message;
  }
}
