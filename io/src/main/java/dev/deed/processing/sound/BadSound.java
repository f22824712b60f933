package dev.deed.processing.sound;

import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;

/** What is wrong with an encoded sound; {@link SoundReader} adds whose sound it is. */
final class BadSound {
  private static final String TRUNCATED = "the sound is truncated";

  private BadSound() {}

  static InputException truncated() {
    return bad(TRUNCATED, "give a complete file", Kind.BAD);
  }

  /** Whether the file ends where more of the sound must come. */
  static boolean isTruncated(InputException e) {
    return e.why().equals(TRUNCATED);
  }

  static void truncatedIf(boolean isTruncated) {
    if (isTruncated) {
      throw truncated();
    }
  }

  static void damagedIf(boolean isDamaged, String why) {
    if (isDamaged) {
      throw damaged(why);
    }
  }

  static InputException damaged(String why) {
    return bad("the sound is damaged: " + why, "give an intact file", Kind.BAD);
  }

  static void unsupportedIf(boolean isUnsupported, String why, String whatToDo) {
    if (isUnsupported) {
      throw unsupported(why, whatToDo);
    }
  }

  /** It asks for more than the limits allow. */
  static void tooLargeIf(boolean isTooLarge, String why, String whatToDo) {
    if (isTooLarge) {
      throw bad(why, whatToDo, Kind.TOO_LARGE);
    }
  }

  /** It is no sound, or of a kind that is not read. */
  static InputException unsupported(String why, String whatToDo) {
    return bad(why, whatToDo, Kind.UNSUPPORTED_SOUND);
  }

  private static InputException bad(String why, String whatToDo, Kind kind) {
    return new InputException("sound", why, whatToDo, kind);
  }
}
