package dev.deed.train;

import dev.deed.processing.picture.Picture;
import dev.deed.train.EncodedExample.Source;
import java.util.Random;

/**
 * Moves a picture by up to {@code most} pixels in each direction; what enters at the edges repeats
 * the outermost pixels. A page's picture stays where it is: its words' boxes would not move along.
 * So does one whose rows are made once, before the training.
 *
 * @param most pixels, 0..{@value #MOST}
 */
public record PictureShift(int most) {
  /** Far above what leaves anything of a picture. */
  public static final int MOST = 1 << 12;

  /**
   * @throws IllegalArgumentException when it is out of 0..{@value #MOST}
   */
  public PictureShift {
    if (most < 0 || most > MOST) {
      throw new IllegalArgumentException("a shift by " + most + " pixels");
    }
  }

  /**
   * What the encoder is to read instead. The sequence is this batch's alone, and its inputs share
   * it in order: so a resumed run repeats it.
   */
  Source apply(Source source, Random random) {
    if (most == 0) {
      return source;
    }
    return switch (source) {
      case Source.Image(StoredPicture picture) -> new Source.Image(shift(picture, random));
      case Source.Page page when page.picture() != null && !page.placed() ->
          new Source.Page(page.ids(), page.coordinates(), shift(page.picture(), random));
      default -> source;
    };
  }

  private StoredPicture shift(StoredPicture picture, Random random) {
    int right = random.nextInt(2 * most + 1) - most;
    int down = random.nextInt(2 * most + 1) - most;
    return StoredPicture.plain(shift(picture.picture(), right, down));
  }

  static Picture shift(Picture picture, int right, int down) {
    int width = picture.width();
    int height = picture.height();
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0; y < height; y++) {
      int sourceRow = Math.clamp(y - down, 0, height - 1) * width;
      for (int x = 0; x < width; x++) {
        int source = 3 * (sourceRow + Math.clamp(x - right, 0, width - 1));
        int target = 3 * (y * width + x);
        to[target] = from[source];
        to[target + 1] = from[source + 1];
        to[target + 2] = from[source + 2];
      }
    }
    return new Picture(width, height, to);
  }
}
