package dev.deed.files;

import dev.deed.value.InputException;
import dev.deed.value.OneLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/** What went wrong as one line, {@code WHAT: WHY; WHAT TO DO}. */
public final class ErrorLine {
  private ErrorLine() {}

  public static String of(Throwable e) {
    return switch (e) {
      case InputException input -> String.valueOf(input.getMessage());
      case CancellationException stop -> message(stop);
      case UncheckedIOException unchecked -> of(Objects.requireNonNull(unchecked.getCause()));
      case FileSystemException file when file.getFile() != null ->
          "%s: failed (%s); check the disk and the path"
              .formatted(OneLine.of(file.getFile()), OneLine.of(IoReason.of(file)));
      case IOException io ->
          "input or output: failed (%s); check the disk and the paths"
              .formatted(OneLine.of(IoReason.of(io)));
      case OutOfMemoryError memory ->
          "memory: is used up (%s); give less at once, or the JVM more: DEED_JAVA_OPTS=-Xmx8g"
              .formatted(message(memory));
      case StackOverflowError _ ->
          "memory: the stack is used up; give the JVM more: DEED_JAVA_OPTS=-Xss8m";
      case LinkageError library ->
          ("library: does not load (%s); allow more open files (ulimit -n 1024),"
                  + " or install DEED again")
              .formatted(OneLine.of(library.toString()));
      default ->
          "internal error: %s; run again with --stacktrace and report it"
              .formatted(OneLine.of(e.toString()));
    };
  }

  private static String message(Throwable e) {
    return OneLine.of(String.valueOf(e.getMessage()));
  }
}
