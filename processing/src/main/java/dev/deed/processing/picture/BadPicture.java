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

  /** It is no picture, or of a kind that is not read. */
  static InputException unsupported(String why, String whatToDo) {
    return bad(why, whatToDo, Kind.UNSUPPORTED_PICTURE);
  }

  /** It asks for more than the limits allow. */
  static InputException tooLarge(String why, String whatToDo) {
    return bad(why, whatToDo, Kind.TOO_LARGE);
  }

  private static InputException bad(String why, String whatToDo, Kind kind) {
    return new InputException("picture", why, whatToDo, kind);
  }

  /** Checks a claimed size before anything of that size is allocated. */
  static void checkSize(long width, long height, PictureLimits limits) {
    if (width < 1 || height < 1) {
      throw damaged("it claims a size of %d×%d pixels".formatted(width, height));
    }
    if (Math.max(width, height) > PictureLimits.MOST_SIDE) {
      throw tooLarge(
          "%d×%d pixels: a side is longer than the %d allowed"
              .formatted(width, height, PictureLimits.MOST_SIDE),
          "give a smaller picture, or cut it into pieces");
    }
    if (width * height > limits.maxPixels()) {
      throw tooLarge(
          "%d×%d pixels are more than the %d allowed".formatted(width, height, limits.maxPixels()),
          "give a smaller picture");
    }
  }
}
