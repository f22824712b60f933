package dev.deed.processing.picture;

import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;

/** What is wrong with an encoded picture; {@link PictureReader} adds whose picture it is. */
final class BadPicture {
  private BadPicture() {}

  static InputException truncated() {
    return bad("the picture is truncated", "give a complete file", Kind.BAD);
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
    return bad("the picture is damaged: " + why, "give an intact file", Kind.BAD);
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

  /** It is no picture, or of a kind that is not read. */
  static InputException unsupported(String why, String whatToDo) {
    return bad(why, whatToDo, Kind.UNSUPPORTED_PICTURE);
  }

  private static InputException bad(String why, String whatToDo, Kind kind) {
    return new InputException("picture", why, whatToDo, kind);
  }

  /** Checks a claimed size before anything of that size is allocated. */
  static void checkSize(long width, long height, PictureLimits limits) {
    String size = "%d×%d pixels".formatted(width, height);
    damagedIf(width < 1 || height < 1, "it claims a size of " + size);
    tooLargeIf(
        Math.max(width, height) > PictureLimits.MOST_SIDE,
        size + ": a side is longer than the " + PictureLimits.MOST_SIDE + " allowed",
        "give a smaller picture, or cut it into pieces");
    tooLargeIf(
        width * height > limits.maxPixels(),
        size + " are more than the " + limits.maxPixels() + " allowed",
        "give a smaller picture");
  }
}
