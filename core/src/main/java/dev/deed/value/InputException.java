package dev.deed.value;

import org.jspecify.annotations.Nullable;

/**
 * Reports a file, a folder, an input or an option that cannot be used. Its message is one line,
 * {@code WHAT: WHY; WHAT TO DO}, without control characters. {@link #what()}, {@link #why()} and
 * {@link #whatToDo()} give the parts. Safe for use from many threads.
 */
public final class InputException extends RuntimeException {
  /** See {@link #what()}. */
  private final String what;

  /** See {@link #why()}. */
  private final String why;

  /** See {@link #whatToDo()}. */
  private final String whatToDo;

  /** See {@link #kind()}. */
  private final Kind kind;

  /** See {@link #field()}. */
  private final @Nullable String field;

  /** What may be told apart without reading the message. Immutable. */
  public enum Kind {
    /** The folder, the input or an option cannot be used; so are all that are of no other kind. */
    BAD,
    /** What was given as a picture is none, or of a kind that is not read. */
    UNSUPPORTED_PICTURE,
    /** What was given as sound is none, or of a kind that is not read. */
    UNSUPPORTED_SOUND,
    /** A picture or a sound has more bytes, pixels or seconds than are read. */
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
    this(what, why, whatToDo, Kind.BAD);
  }

  /**
   * An error of a certain kind; else as {@link #InputException(String, String, String)}.
   *
   * @param what the thing that is wrong
   * @param why what is wrong with it
   * @param whatToDo what the caller can do about it
   * @param kind what kind of error it is
   */
  public InputException(String what, String why, String whatToDo, Kind kind) {
    this(OneLine.of(what), OneLine.of(why), OneLine.of(whatToDo), kind, null, null);
  }

  private InputException(
      String what,
      String why,
      String whatToDo,
      Kind kind,
      @Nullable String field,
      @Nullable InputException cause) {
    super(what + ": " + why + "; " + whatToDo, cause);
    this.what = what;
    this.why = why;
    this.whatToDo = whatToDo;
    this.kind = kind;
    this.field = field;
  }

  /**
   * {@return an error that calls a field by its name alone}
   *
   * @param field the field
   * @param why what is wrong with it
   * @param whatToDo what the caller can do about it
   */
  public static InputException ofField(String field, String why, String whatToDo) {
    return new InputException(field, why, whatToDo).about(field);
  }

  /**
   * {@return the same error about a field}
   *
   * @param name as {@link #field} gives it
   */
  public InputException about(String name) {
    return new InputException(what, why, whatToDo, kind, OneLine.of(name), this);
  }

  /** {@return the thing that is wrong, with the place where it was met} */
  public String what() {
    return what;
  }

  /** {@return what is wrong with it} */
  public String why() {
    return why;
  }

  /** {@return what the caller can do about it} */
  public String whatToDo() {
    return whatToDo;
  }

  /**
   * {@return the field or setting that is wrong, by its name in JSON, such as {@code
   * max_new_tokens} or {@code exits.threshold}; null where it is no single one}
   */
  public @Nullable String field() {
    return field;
  }

  /** {@return what kind of error it is} */
  public Kind kind() {
    return kind;
  }

  /**
   * {@return the same error with the place where it was met in front}
   *
   * @param where the place, for instance the line of a data set
   */
  public InputException in(String where) {
    return new InputException(OneLine.of(where) + ": " + what, why, whatToDo, kind, field, this);
  }

  /**
   * Throws where {@code holds} is false; see {@link #InputException(String, String, String)}.
   *
   * @param holds whether all is well
   * @param what the thing that is wrong
   * @param why what is wrong with it
   * @param whatToDo what the caller can do about it
   */
  public static void require(boolean holds, String what, String why, String whatToDo) {
    if (!holds) {
      throw new InputException(what, why, whatToDo);
    }
  }

  /**
   * Throws where {@code holds} is false; see {@link #ofField}.
   *
   * @param holds whether all is well
   * @param field the field
   * @param why what is wrong with it
   * @param whatToDo what the caller can do about it
   */
  public static void requireField(boolean holds, String field, String why, String whatToDo) {
    if (!holds) {
      throw ofField(field, why, whatToDo);
    }
  }
}
