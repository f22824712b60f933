package dev.deed.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Bad input from outside (a file, an option, a request), told in one line: {@code WHAT: WHY; WHAT
 * TO DO}. Each part may quote text of others; {@link OneLine} keeps it on the line. Applications
 * see its subclass {@code dev.deed.InputException}.
 */
public class BadInputException extends RuntimeException {
  private final String what;
  private final String why;
  private final String whatToDo;
  private final Fault fault;

  /** What an application may want to tell apart without reading the line. */
  public enum Fault {
    /** Anything else. */
    BAD,
    /** It is no picture, or one of a kind that is not read. */
    UNSUPPORTED_PICTURE,
    /** A picture has more bytes or pixels than are read. */
    TOO_LARGE
  }

  /**
   * @param what the thing that is wrong: a file, a tensor, a field, an option
   * @param why what is wrong with it
   * @param whatToDo what the user can do about it
   */
  public BadInputException(String what, String why, String whatToDo) {
    this(what, why, whatToDo, Fault.BAD);
  }

  /** The same of a certain kind; see {@link #BadInputException(String, String, String)}. */
  public BadInputException(String what, String why, String whatToDo, Fault fault) {
    this(OneLine.of(what), OneLine.of(why), OneLine.of(whatToDo), fault, null);
  }

  /** The same error as {@code cause}, for a subclass that callers know. */
  protected BadInputException(BadInputException cause) {
    this(cause.what, cause.why, cause.whatToDo, cause.fault, cause);
  }

  private BadInputException(
      String what, String why, String whatToDo, Fault fault, @Nullable Throwable cause) {
    super(what + ": " + why + "; " + whatToDo, cause);
    this.what = what;
    this.why = why;
    this.whatToDo = whatToDo;
    this.fault = fault;
  }

  /** The thing that is wrong, with the place where it was met. */
  public final String what() {
    return what;
  }

  /** What is wrong with it. */
  public final String why() {
    return why;
  }

  /** What the user can do about it. */
  public final String whatToDo() {
    return whatToDo;
  }

  /** What kind of error it is. */
  public final Fault fault() {
    return fault;
  }

  /**
   * A place that cannot be written, with the reason of the file system.
   *
   * @return an {@link UncheckedIOException} where the disk is at fault, which no other input mends
   */
  public static RuntimeException unwritable(Path place, IOException e) {
    String reason = IoReason.of(e);
    return IoReason.isOfDisk(e)
        ? new UncheckedIOException(new FileSystemException(place.toString(), null, reason))
        : new BadInputException(
            place.toString(),
            "cannot be written (" + reason + ")",
            "give a path in a writable folder");
  }

  /**
   * The same error with the place where it was met in front, for instance the line of a data set.
   */
  public final BadInputException in(String where) {
    return new BadInputException(OneLine.of(where) + ": " + what, why, whatToDo, fault, this);
  }

  /**
   * Throws where {@code holds} is false; see {@link #BadInputException(String, String, String)}.
   */
  public static void require(boolean holds, String what, String why, String whatToDo) {
    if (!holds) {
      throw new BadInputException(what, why, whatToDo);
    }
  }
}
