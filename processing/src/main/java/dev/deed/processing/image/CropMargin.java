package dev.deed.processing.image;

import dev.deed.files.Interruption;
import dev.deed.processing.picture.ImageBackend;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PixelRule;

/**
 * Cuts off the margins of a page: what is left is the box of all dark pixels, below {@value #DARK}
 * when the grey levels of the picture are stretched to 0…255. A picture of one level stays as it
 * is.
 *
 * @param backend whose grey levels: Pillow's mode L rounds ITU-R 601, torchvision cuts it off
 */
record CropMargin(ImageBackend backend) implements PictureStep {
  private static final double DARK = 200;

  @Override
  public Picture apply(Picture picture, Interruption interruption) {
    int least = 255;
    int most = 0;
    byte[] levels = new byte[picture.width() * picture.height()];
    byte[] rgb = picture.rgb();
    for (int i = 0; i < levels.length; i++) {
      int level = level(rgb[3 * i] & 0xff, rgb[3 * i + 1] & 0xff, rgb[3 * i + 2] & 0xff);
      levels[i] = (byte) level;
      least = Math.min(least, level);
      most = Math.max(most, level);
    }
    if (least == most) {
      return picture;
    }
    boolean[] dark = new boolean[256];
    for (int level = least; level <= most; level++) {
      dark[level] = (double) (level - least) / (most - least) * 255 < DARK;
    }
    return cropped(picture, levels, dark, interruption);
  }

  private int level(int red, int green, int blue) {
    return backend == ImageBackend.PILLOW
        ? PixelRule.luma(red, green, blue)
        : (int) Math.fma(0.114f, blue, Math.fma(0.587f, green, 0.2989f * red));
  }

  private static Picture cropped(
      Picture picture, byte[] levels, boolean[] dark, Interruption interruption) {
    int left = picture.width();
    int right = 0;
    int top = picture.height();
    int bottom = 0;
    for (int y = 0; y < picture.height(); y++) {
      interruption.check();
      int row = y * picture.width();
      for (int x = 0; x < picture.width(); x++) {
        if (dark[levels[row + x] & 0xff]) {
          left = Math.min(left, x);
          right = Math.max(right, x + 1);
          top = Math.min(top, y);
          bottom = y + 1;
        }
      }
    }
    return picture.crop(left, top, right, bottom);
  }
}
