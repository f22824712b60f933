package dev.deed.processing.image;

import dev.deed.processing.picture.Picture;

/**
 * The size that a picture is brought to: the forms of {@code size} in {@code
 * preprocessor_config.json}, with the rounding of Transformers.
 */
sealed interface TargetSize {
  /** Far above any model's input. */
  int MOST_SIDE = 8_192;

  /**
   * A size in pixels.
   *
   * @param width pixels in a row
   * @param height rows
   */
  record Sides(int width, int height) {}

  /** The size for a picture; a side can come out as 0 or huge where its sides are very unequal. */
  Sides of(Picture picture);

  record Exact(int height, int width) implements TargetSize {
    @Override
    public Sides of(Picture picture) {
      return new Sides(width, height);
    }
  }

  /** The shorter side gets a length, the longer follows. */
  record ShortestEdge(int edge) implements TargetSize {
    @Override
    public Sides of(Picture picture) {
      return byShorter(picture, edge, edge);
    }
  }

  /** The shorter side gets a length, or less, so that the longer stays within another. */
  record ShortestAndLongestEdge(int shortest, int longest) implements TargetSize {
    @Override
    public Sides of(Picture picture) {
      double shorter = Math.min(picture.width(), picture.height());
      double longer = Math.max(picture.width(), picture.height());
      if (longer / shorter * shortest <= longest) {
        return byShorter(picture, shortest, shortest);
      }
      double exact = longest * shorter / longer;
      int rounded = (int) Math.rint(exact);
      return rounded == shorter
          ? new Sides(picture.width(), picture.height())
          : byShorter(picture, rounded, exact);
    }
  }

  /** As large as fits, with its aspect ratio. */
  record Within(int maxHeight, int maxWidth) implements TargetSize {
    @Override
    public Sides of(Picture picture) {
      double scale =
          Math.min((double) maxHeight / picture.height(), (double) maxWidth / picture.width());
      return new Sides((int) (picture.width() * scale), (int) (picture.height() * scale));
    }
  }

  private static Sides byShorter(Picture picture, int shorter, double exact) {
    int width = picture.width();
    int height = picture.height();
    return width < height
        ? new Sides(shorter, (int) (exact * height / width))
        : new Sides((int) (exact * width / height), shorter);
  }
}
