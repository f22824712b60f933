package dev.deed;

import dev.deed.checkpoint.BadInputException;

/**
 * Reports a folder, an input or an option that cannot be used. Its message is one line, {@code
 * WHAT: WHY; WHAT TO DO}, without control characters. {@link #what()}, {@link #why()} and {@link
 * #whatToDo()} give the parts. Safe for use from many threads.
 */
@SuppressWarnings("exports") // Its accessors are public, whatever package its superclass is in.
public final class InputException extends BadInputException {
  /** What may be told apart without reading the message. Immutable. */
  public enum Kind {
    /** The folder, the input or an option cannot be used; so are all that are of no other kind. */
    BAD,
    /** What was given as a picture is none, or of a kind that is not read. */
    UNSUPPORTED_PICTURE,
    /** A picture has more bytes or pixels than are read. */
    TOO_LARGE
  }

  /**
   * An error of kind {@link Kind#BAD} with the message {@code WHAT: WHY; WHAT TO DO}. Control
   * characters of the parts are spelled out, such as {@code \n}, and parts of more than 500
   * characters are cut in the middle.
   *
   * @param what the thing that is wrong: a file, a tensor, a field, an option
   * @param why what is wrong with it
   * @param whatToDo what the caller can do about it
   */
  public InputException(String what, String why, String whatToDo) {
    super(what, why, whatToDo);
  }

  private InputException(BadInputException cause) {
    super(cause);
  }

  /** {@return what kind of error it is; errors that an application makes are {@link Kind#BAD}} */
  public Kind kind() {
    return switch (fault()) {
      case BAD -> Kind.BAD;
      case UNSUPPORTED_PICTURE -> Kind.UNSUPPORTED_PICTURE;
      case TOO_LARGE -> Kind.TOO_LARGE;
    };
  }

  /** What the engine says, as applications know it. */
  static InputException of(BadInputException e) {
    return e instanceof InputException known ? known : new InputException(e);
  }

  /** Throws where {@code holds} is false. */
  static void check(boolean holds, String what, String why, String whatToDo) {
    if (!holds) {
      throw new InputException(what, why, whatToDo);
    }
  }
}
