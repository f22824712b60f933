package dev.deed.processing.picture;

/** What is wrong with an encoded picture; {@link PictureReader} adds whose picture it is. */
final class BadPictureException extends Exception {
  private static final long serialVersionUID = 1;

  private final String whatToDo;

  BadPictureException(String why, String whatToDo) {
    super(why);
    this.whatToDo = whatToDo;
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
      throw new BadPictureException(
          "%d×%d pixels are more than the %d allowed".formatted(width, height, limits.maxPixels()),
          "give a smaller picture");
    }
  }

  String whatToDo() {
    return whatToDo;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
