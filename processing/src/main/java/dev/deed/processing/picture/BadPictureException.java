package dev.deed.processing.picture;

import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;

/** What is wrong with an encoded picture; {@link PictureReader} adds whose picture it is. */
final class BadPictureException extends Exception {
  private static final long serialVersionUID = 1;

  private final String whatToDo;
  private final Kind kind;

  private BadPictureException(String why, String whatToDo, Kind kind) {
    super(why);
    this.whatToDo = whatToDo;
    this.kind = kind;
  }

  static BadPictureException truncated() {
    return new BadPictureException("the picture is truncated", "give a complete file", Kind.BAD);
  }

  /** It is no picture, or of a kind that is not read. */
  static BadPictureException unsupported(String why, String whatToDo) {
    return new BadPictureException(why, whatToDo, Kind.UNSUPPORTED_PICTURE);
  }

  /** It asks for more than the limits allow. */
  static BadPictureException tooLarge(String why, String whatToDo) {
    return new BadPictureException(why, whatToDo, Kind.TOO_LARGE);
  }

  static BadPictureException damaged(String why) {
    return new BadPictureException(
        "the picture is damaged: " + why, "give an intact file", Kind.BAD);
  }

  /** Checks a claimed size before anything of that size is allocated. */
  static void checkSize(long width, long height, PictureLimits limits) throws BadPictureException {
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

  /**
   * The error of input that it comes to.
   *
   * @param name what its message calls the picture
   */
  InputException in(String name) {
    return new InputException(name, getMessage(), whatToDo, kind);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
