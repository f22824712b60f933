package dev.deed.fuzz;

import dev.deed.checkpoint.BadInputException;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureLimits;
import dev.deed.processing.picture.PictureReader;

/** Pictures of every format. */
final class PictureFuzz {
  /** Low, so that a picture within them never needs much of a small heap. */
  private static final PictureReader READER =
      new PictureReader(new PictureLimits(1 << 20, 1 << 20));

  private PictureFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    try {
      Picture picture = READER.decode("picture", bytes);
      if (picture.width() < 1 || picture.height() < 1) {
        throw new AssertionError("a picture of " + picture.width() + "×" + picture.height());
      }
    } catch (BadInputException e) {
      return;
    }
  }
}
