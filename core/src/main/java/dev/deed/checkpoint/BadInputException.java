package dev.deed.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Bad input from outside (a file, an option, a request), told in one line: {@code WHAT: WHY; WHAT
 * TO DO}. Each part may quote text of others; {@link OneLine} keeps it on the line. Applications
 * see its subclass {@code dev.deed.InputException}.
 */
public class BadInputException extends RuntimeException {
  /** Why an input cannot be used, for callers that answer each reason in its own way. */
  public enum Kind {
    /** It is malformed, unknown, out of range or does not suit the model. */
    WRONG,
    /** It holds more bytes, pixels or seconds than are taken. */
    TOO_LARGE,
    /** It is a picture, or what claims to be one, of a kind that is not read. */
    UNKNOWN_FORMAT
  }

  private final String what;
  private final String why;
  private final String whatToDo;
  private final Kind kind;

  /**
   * An error of the kind {@link Kind#WRONG}.
   *
   * @param what the thing that is wrong: a file, a tensor, a field, an option
   * @param why what is wrong with it
   * @param whatToDo what the user can do about it
   */
  public BadInputException(String what, String why, String whatToDo) {
    this(Kind.WRONG, what, why, whatToDo);
  }

  /** An error of another kind; see {@link #BadInputException(String, String, String)}. */
  public BadInputException(Kind kind, String what, String why, String whatToDo) {
    this(kind, OneLine.of(what), OneLine.of(why), OneLine.of(whatToDo), null);
  }

  /** The same error as {@code cause}, for a subclass that callers know. */
  protected BadInputException(BadInputException cause) {
    this(cause.kind, cause.what, cause.why, cause.whatToDo, cause);
  }

  private BadInputException(
      Kind kind, String what, String why, String whatToDo, @Nullable Throwable cause) {
    super(what + ": " + why + "; " + whatToDo, cause);
    this.what = what;
    this.why = why;
    this.whatToDo = whatToDo;
    this.kind = kind;
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

  /** Which kind of reason it is. */
  public final Kind kind() {
    return kind;
  }

  /** A place that cannot be written, with the reason of the file system. */
  public static BadInputException unwritable(Path place, IOException e) {
    return new BadInputException(
        place.toString(),
        "cannot be written (" + IoReason.of(e) + ")",
        "give a path in a writable folder");
  }

  /**
   * The same error with the place where it was met in front, for instance the line of a data set.
   */
  public final BadInputException in(String where) {
    return new BadInputException(kind, OneLine.of(where) + ": " + what, why, whatToDo, this);
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
