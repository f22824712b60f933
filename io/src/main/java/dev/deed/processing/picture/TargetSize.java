package dev.deed.processing.picture;

/**
 * The size that a picture is brought to: the forms of {@code size} in {@code
 * preprocessor_config.json}, with the rounding of Transformers.
 */
sealed interface TargetSize {
  /** Far above any model's input. */
  int MOST_SIDE = 8_192;

  /** The size for a picture; a side can come out as 0 or huge where its sides are very unequal. */
  Exact of(Picture picture);

  /** The same for all pictures. */
  record Exact(int height, int width) implements TargetSize {
    @Override
    public Exact of(Picture picture) {
      return this;
    }
  }

  /** The shorter side gets a length, the longer follows. */
  record ShortestEdge(int edge) implements TargetSize {
    @Override
    public Exact of(Picture picture) {
      return byShorter(picture, edge, edge);
    }
  }

  /** The shorter side gets a length, or less, so that the longer stays within another. */
  record ShortestAndLongestEdge(int shortest, int longest) implements TargetSize {
    @Override
    public Exact of(Picture picture) {
      double shorter = Math.min(picture.width(), picture.height());
      double longer = Math.max(picture.width(), picture.height());
      if (longer / shorter * shortest <= longest) {
        return byShorter(picture, shortest, shortest);
      }
      double exact = longest * shorter / longer;
      int rounded = (int) Math.rint(exact);
      return rounded == shorter
          ? new Exact(picture.height(), picture.width())
          : byShorter(picture, rounded, exact);
    }
  }

  /** As large as fits, with its aspect ratio. */
  record Within(int maxHeight, int maxWidth) implements TargetSize {
    @Override
    public Exact of(Picture picture) {
      double scale =
          Math.min((double) maxHeight / picture.height(), (double) maxWidth / picture.width());
      return new Exact((int) (picture.height() * scale), (int) (picture.width() * scale));
    }
  }

  private static Exact byShorter(Picture picture, int shorter, double exact) {
    int width = picture.width();
    int height = picture.height();
    return width < height
        ? new Exact((int) (exact * height / width), shorter)
        : new Exact(shorter, (int) (exact * width / height));
  }
}
