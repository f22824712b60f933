package dev.deed.processing.picture;

import dev.deed.checkpoint.BadInputException.Kind;

/** What is wrong with an encoded picture; {@link PictureReader} adds whose picture it is. */
final class BadPictureException extends Exception {
  private static final long serialVersionUID = 1;

  private final String whatToDo;
  private final Kind kind;

  BadPictureException(String why, String whatToDo) {
    this(Kind.WRONG, why, whatToDo);
  }

  private BadPictureException(Kind kind, String why, String whatToDo) {
    super(why);
    this.whatToDo = whatToDo;
    this.kind = kind;
  }

  /** The picture is over a limit. */
  static BadPictureException tooLarge(String why, String whatToDo) {
    return new BadPictureException(Kind.TOO_LARGE, why, whatToDo);
  }

  /** The picture is of a kind that is not read. */
  static BadPictureException unknown(String why, String whatToDo) {
    return new BadPictureException(Kind.UNKNOWN_FORMAT, why, whatToDo);
  }

  static BadPictureException truncated() {
    return new BadPictureException("the picture is truncated", "give a complete file");
  }

  static BadPictureException damaged(String why) {
    return new BadPictureException("the picture is damaged: " + why, "give an intact file");
  }

  /** Checks a claimed size before anything of that size is allocated. */
  static void checkSize(long width, long height, PictureLimits limits) throws BadPictureException {
    if (width < 1 || height < 1) {
      throw damaged("it claims a size of %d×%d pixels".formatted(width, height));
    }
    if (width > limits.maxPixels()
        || height > limits.maxPixels()
        || width * height > limits.maxPixels()) {
      throw tooLarge(
          "%d×%d pixels are more than the %d allowed".formatted(width, height, limits.maxPixels()),
          "give a smaller picture");
    }
  }

  Kind kind() {
    return kind;
  }

  String whatToDo() {
    return whatToDo;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
