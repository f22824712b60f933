package dev.deed.processing;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code ViTImageProcessor} with the library's Pillow back end: resize without regard to the aspect
 * ratio, times {@code rescale_factor}, minus mean, by standard deviation. The last three depend on
 * nothing but channel and sample, so they are one look-up in a table of 3 × 256 floats.
 */
public final class VitImageProcessor implements ImageProcessor {
  private static final Set<String> STEPS =
      new LinkedHashSet<>(List.of("do_resize", "do_rescale", "do_normalize", "do_convert_rgb"));

  private final boolean resizes;
  private final int height;
  private final int width;
  private final Resampling filter;
  private final float[] table;

  /**
   * @param resizes whether pictures are brought to {@code height × width}; otherwise they keep
   *     their size
   * @param rescaleFactor what a sample is multiplied by, 1 for none
   * @param mean of each channel, subtracted after rescaling
   * @param deviation of each channel, divided by; not 0
   * @throws IllegalArgumentException when a deviation is 0 or there are not three of each
   */
  public VitImageProcessor(
      boolean resizes,
      int height,
      int width,
      Resampling filter,
      double rescaleFactor,
      double[] mean,
      double[] deviation) {
    if (mean.length != 3 || deviation.length != 3) {
      throw new IllegalArgumentException("three means and three deviations are needed");
    }
    this.resizes = resizes;
    this.height = height;
    this.width = width;
    this.filter = filter;
    this.table = new float[3 * 256];
    for (int c = 0; c < 3; c++) {
      if ((float) deviation[c] == 0) {
        throw new IllegalArgumentException("a standard deviation is 0");
      }
      for (int sample = 0; sample < 256; sample++) {
        // Rounded to float where the library does: after rescaling in double, then at each step.
        float rescaled = (float) (sample * rescaleFactor);
        table[256 * c + sample] = (rescaled - (float) mean[c]) / (float) deviation[c];
      }
    }
  }

  static VitImageProcessor of(PreprocessorConfig config) {
    config.refuseOtherSteps(STEPS);
    boolean normalises = config.flag("do_normalize", true);
    double[] deviation = normalises ? config.channels("image_std", 0.5) : new double[] {1, 1, 1};
    for (double d : deviation) {
      if ((float) d == 0) {
        throw config.invalid("image_std holds a 0");
      }
    }
    return new VitImageProcessor(
        config.flag("do_resize", true),
        config.side("height", 224),
        config.side("width", 224),
        config.resampling(Resampling.BILINEAR),
        config.flag("do_rescale", true) ? config.number("rescale_factor", 1 / 255.0) : 1,
        normalises ? config.channels("image_mean", 0.5) : new double[] {0, 0, 0},
        deviation);
  }

  @Override
  public PixelValues process(Picture picture) {
    Picture sized = resizes ? Resizer.resize(picture, width, height, filter) : picture;
    byte[] rgb = sized.rgb();
    int pixels = sized.width() * sized.height();
    float[] values = new float[Math.multiplyExact(3, pixels)];
    for (int i = 0, in = 0; i < pixels; i++, in += 3) {
      values[i] = table[rgb[in] & 0xff];
      values[pixels + i] = table[256 + (rgb[in + 1] & 0xff)];
      values[2 * pixels + i] = table[512 + (rgb[in + 2] & 0xff)];
    }
    return new PixelValues(3, sized.height(), sized.width(), values);
  }
}
