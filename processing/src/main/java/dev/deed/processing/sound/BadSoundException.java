package dev.deed.processing.sound;

import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;

/** What is wrong with an encoded sound; {@link SoundReader} adds whose sound it is. */
final class BadSoundException extends Exception {
  private static final long serialVersionUID = 1;

  private final String whatToDo;
  private final Kind kind;
  private final boolean isTruncated;

  private BadSoundException(String why, String whatToDo, Kind kind, boolean isTruncated) {
    super(why);
    this.whatToDo = whatToDo;
    this.kind = kind;
    this.isTruncated = isTruncated;
  }

  static BadSoundException truncated() {
    return new BadSoundException("the sound is truncated", "give a complete file", Kind.BAD, true);
  }

  /** Whether the file ends where more of the sound must come. */
  boolean isTruncated() {
    return isTruncated;
  }

  /** It is no sound, or of a kind that is not read. */
  static BadSoundException unsupported(String why, String whatToDo) {
    return new BadSoundException(why, whatToDo, Kind.UNSUPPORTED_SOUND, false);
  }

  /** It asks for more than the limits allow. */
  static BadSoundException tooLarge(String why, String whatToDo) {
    return new BadSoundException(why, whatToDo, Kind.TOO_LARGE, false);
  }

  static BadSoundException damaged(String why) {
    return new BadSoundException(
        "the sound is damaged: " + why, "give an intact file", Kind.BAD, false);
  }

  /**
   * The error of input that it comes to.
   *
   * @param name what its message calls the sound
   */
  InputException in(String name) {
    return new InputException(name, getMessage(), whatToDo, kind);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
