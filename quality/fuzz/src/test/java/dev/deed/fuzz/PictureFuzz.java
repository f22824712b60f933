package dev.deed.fuzz;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureLimits;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/** Pictures of every format. */
final class PictureFuzz {
  /** Low, so that a picture within them never needs much of a small heap. */
  private static final PictureLimits LIMITS = new PictureLimits(1 << 20, 1 << 20);

  private PictureFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    try {
      AtomicInteger asked = new AtomicInteger();
      Picture picture =
          new PictureReader(LIMITS, () -> asked.incrementAndGet() < 0).decode("picture", bytes);
      if (picture.width() < 1 || picture.height() < 1) {
        throw new AssertionError("a picture of " + picture.width() + "×" + picture.height());
      }
      requireCancellable(bytes, Math.floorMod(Arrays.hashCode(bytes), asked.get()));
    } catch (InputException e) {
      return;
    }
  }

  /** Once nobody wants it any more, it is neither a picture nor damaged. */
  private static void requireCancellable(byte[] bytes, int wanted) {
    AtomicInteger left = new AtomicInteger(wanted);
    try {
      new PictureReader(LIMITS, () -> left.getAndDecrement() <= 0).decode("picture", bytes);
    } catch (CancellationException e) {
      return;
    }
    throw new AssertionError("decoded though cancelled after " + wanted + " looks");
  }
}
