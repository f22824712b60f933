package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** One step of what an image processor does to a picture while it still has 8 bits a sample. */
interface PictureStep {
  /** Pixels of any step's result: what a very long picture may grow to before it is cut down. */
  long MOST_PIXELS =
      PictureLimits.pixelsThatFit((long) TargetSize.MOST_SIDE * TargetSize.MOST_SIDE);

  /** Levels that a picture must be wider than to be stretched. */
  int FLAT = 16;

  /**
   * @throws InputException when the sides of the picture are so unequal that nothing would be left
   * @throws java.util.concurrent.CancellationException when nobody wants the result any more
   */
  Picture apply(Picture picture, Interruption interruption);

  record Resize(TargetSize size, Resampling filter, ImageBackend backend) implements PictureStep {
    Resize(TargetSize size, Resampling filter) {
      this(size, filter, ImageBackend.PILLOW);
    }

    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      TargetSize.Exact target = size.of(picture);
      return resize(picture, target.width(), target.height(), filter, backend, interruption);
    }
  }

  /** Turns it clockwise when its longer side is not that of the target. */
  record AlignLongAxis(TargetSize.Exact size) implements PictureStep {
    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      boolean turns =
          (size.width() < size.height() && picture.width() > picture.height())
              || (size.width() > size.height() && picture.width() < picture.height());
      return turns ? ExifOrientation.CLOCKWISE.upright(picture, interruption) : picture;
    }
  }

  /**
   * Shrinks it to fit into the target, with its aspect ratio; never enlarges it. What shrinks to a
   * quarter or less is shrunk by whole factors first, as Pillow's {@code reducing_gap} has it.
   *
   * @param gap between the two; 0 for none (Donut)
   */
  record Thumbnail(TargetSize.Exact size, Resampling filter, double gap, ImageBackend backend)
      implements PictureStep {
    /** What Transformers passes to Pillow. */
    static final double GAP = 2;

    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      int width = Math.min(picture.width(), size.width());
      int height = Math.min(picture.height(), size.height());
      if (width == picture.width() && height == picture.height()) {
        return picture;
      }
      if (picture.height() > picture.width()) {
        width = (int) ((double) ((long) picture.width() * height) / picture.height());
      } else if (picture.width() > picture.height()) {
        height = (int) ((double) ((long) picture.height() * width) / picture.width());
      }
      requireSides(picture, width, height);
      return gap == 0
          ? Resizer.resize(picture, width, height, filter, backend, interruption)
          : Resizer.resizeInSteps(picture, width, height, filter, gap, interruption);
    }
  }

  /**
   * Shrinks it to fit into the target, with its aspect ratio as far as whole pixels allow: the side
   * that is too long by more gets the target's, the other is rounded down, to 1 at least. Never
   * enlarges it.
   */
  record Shrink(TargetSize.Exact size, Resampling filter) implements PictureStep {
    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      long width = picture.width();
      long height = picture.height();
      if (width <= size.width() && height <= size.height()) {
        return picture;
      }
      boolean byWidth = width * size.height() >= height * size.width();
      long newWidth = byWidth ? size.width() : Math.max(1, width * size.height() / height);
      long newHeight = byWidth ? Math.max(1, height * size.width() / width) : size.height();
      return resize(
          picture, (int) newWidth, (int) newHeight, filter, ImageBackend.PILLOW, interruption);
    }
  }

  /**
   * Brings it to the target's height, also if it is lower, with its aspect ratio; what would be
   * wider than the target is squeezed to it.
   */
  record FillHeight(TargetSize.Exact size, Resampling filter) implements PictureStep {
    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      long width = Math.round((double) picture.width() * size.height() / picture.height());
      int squeezed = (int) Math.clamp(width, 1, size.width());
      return picture.width() == squeezed && picture.height() == size.height()
          ? picture
          : resize(picture, squeezed, size.height(), filter, ImageBackend.PILLOW, interruption);
    }
  }

  /** Gives red, green and blue the picture's brightness (ITU-R 601, as Pillow's mode L). */
  static Picture grey(Picture picture, Interruption interruption) {
    byte[] rgb = picture.rgb().clone();
    for (int i = 0; i < rgb.length; i += 3) {
      int red = rgb[i] & 0xff;
      int green = rgb[i + 1] & 0xff;
      int blue = rgb[i + 2] & 0xff;
      PixelRule.grey(PixelRule.luma(red, green, blue), rgb, i);
    }
    return new Picture(picture.width(), picture.height(), rgb);
  }

  /**
   * Makes the darkest hundredth of all samples black and the lightest white, and what is between in
   * proportion. A picture whose samples lie within {@value #FLAT} levels stays as it is.
   */
  static Picture autocontrast(Picture picture, Interruption interruption) {
    byte[] rgb = picture.rgb();
    int[] counts = new int[256];
    for (byte sample : rgb) {
      counts[sample & 0xff]++;
    }
    int dark = 0;
    for (int seen = counts[0]; seen <= rgb.length / 100; seen += counts[dark]) {
      dark++;
    }
    int light = 255;
    for (int seen = counts[255]; seen <= rgb.length / 100; seen += counts[light]) {
      light--;
    }
    if (light - dark <= FLAT) {
      return picture;
    }
    byte[] levels = new byte[256];
    for (int level = 0; level < levels.length; level++) {
      levels[level] =
          (byte) Math.clamp(Math.round(255.0 * (level - dark) / (light - dark)), 0, 255);
    }
    return mapped(picture, sample -> levels[sample]);
  }

  /** Makes a negative of a picture more than half of whose samples are dark, below 128. */
  static Picture darkOnLight(Picture picture, Interruption interruption) {
    byte[] rgb = picture.rgb();
    int dark = 0;
    for (byte sample : rgb) {
      // As a signed number, a sample of 128 and more is negative.
      dark += sample >= 0 ? 1 : 0;
    }
    if (2L * dark <= rgb.length) {
      return picture;
    }
    return mapped(picture, sample -> ~sample);
  }

  /** Turns each sample, 0…255, into another, of which the lowest eight bits count. */
  private static Picture mapped(Picture picture, IntUnaryOperator to) {
    byte[] rgb = picture.rgb();
    byte[] mapped = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      mapped[i] = (byte) to.applyAsInt(rgb[i] & 0xff);
    }
    return new Picture(picture.width(), picture.height(), mapped);
  }

  /**
   * Adds a margin at the right and below, up to the next multiple in each direction.
   *
   * @param divisor of the sides
   * @param most sides are not padded beyond these
   * @param value of the margin's samples, 0…255
   */
  record PadToMultiples(TargetSize.Exact divisor, TargetSize.Exact most, int value)
      implements PictureStep {
    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      int width = padded(picture.width(), divisor.width(), most.width());
      int height = padded(picture.height(), divisor.height(), most.height());
      if (width == picture.width() && height == picture.height()) {
        return picture;
      }
      InputException.require(
          (long) width * height <= MOST_PIXELS,
          "picture",
          "it would be padded to %d×%d pixels".formatted(width, height),
          "give a smaller size_divisor");
      byte[] canvas = new byte[3 * width * height];
      Arrays.fill(canvas, (byte) value);
      int row = 3 * picture.width();
      for (int y = 0; y < picture.height(); y++) {
        System.arraycopy(picture.rgb(), y * row, canvas, 3 * y * width, row);
      }
      return new Picture(width, height, canvas);
    }

    private static int padded(int side, int divisor, int most) {
      return Math.max(side, Math.min(most, Math.ceilDiv(side, divisor) * divisor));
    }
  }

  /**
   * Sets it in the middle of a black canvas of the target's size and cuts off what lies outside.
   *
   * @param rounding what the left and the top get of an odd difference
   */
  record Centre(TargetSize.Exact size, Rounding rounding) implements PictureStep {
    /** Transformers pads and crops by rules of their own. */
    enum Rounding {
      /** {@code pad_image}: half of it, rounded down; nothing may be cut off. */
      PAD,
      /** {@code center_crop}: half the difference, rounded up, at the left and the top. */
      CROP
    }

    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      int missingX = size.width() - picture.width();
      int missingY = size.height() - picture.height();
      InputException.require(
          rounding == Rounding.CROP || missingX >= 0 && missingY >= 0,
          "picture",
          "its %d×%d pixels do not fit into the %d×%d of the model"
              .formatted(picture.width(), picture.height(), size.width(), size.height()),
          "let do_thumbnail shrink it, or give a smaller one");
      return missingX == 0 && missingY == 0
          ? picture
          : copy(picture, start(missingX), start(missingY));
    }

    /** Where the picture starts on the canvas; negative where it is cut off. */
    private int start(int missing) {
      return rounding == Rounding.PAD ? Math.floorDiv(missing, 2) : Math.ceilDiv(missing, 2);
    }

    private Picture copy(Picture picture, int left, int top) {
      byte[] canvas = new byte[3 * size.width() * size.height()];
      int from = Math.max(0, left);
      int columns = Math.min(size.width(), left + picture.width()) - from;
      for (int y = Math.max(0, top); y < Math.min(size.height(), top + picture.height()); y++) {
        System.arraycopy(
            picture.rgb(),
            3 * ((y - top) * picture.width() + from - left),
            canvas,
            3 * (y * size.width() + from),
            3 * columns);
      }
      return new Picture(size.width(), size.height(), canvas);
    }
  }

  private static Picture resize(
      Picture picture,
      int width,
      int height,
      Resampling filter,
      ImageBackend backend,
      Interruption interruption) {
    requireSides(picture, width, height);
    return Resizer.resize(picture, width, height, filter, backend, interruption);
  }

  private static void requireSides(Picture picture, int width, int height) {
    InputException.require(
        width >= 1 && height >= 1 && (long) width * height <= MOST_PIXELS,
        "picture",
        "its sides of %d×%d pixels are too unequal: it would become %d×%d"
            .formatted(picture.width(), picture.height(), width, height),
        "cut it into pieces");
  }
}
