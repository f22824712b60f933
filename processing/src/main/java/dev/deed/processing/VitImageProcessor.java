package dev.deed.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import java.util.Map;
import java.util.Set;

/**
 * {@code ViTImageProcessor} with the library's Pillow back end: resize without regard to the aspect
 * ratio, times {@code rescale_factor}, minus mean, by standard deviation. The last three depend on
 * nothing but channel and sample, so they are one look-up in a table of 3 × 256 floats.
 */
public final class VitImageProcessor implements ImageProcessor {
  /** Far above any model's input, and 3 × 16384² samples still fit an array. */
  private static final int MOST_SIDE = 16_384;

  /** Pictures are RGB here already, so do_convert_rgb changes nothing. */
  private static final Set<String> STEPS =
      Set.of("do_resize", "do_rescale", "do_normalize", "do_convert_rgb");

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

  /** Reads the settings; defaults are those of the library's class. */
  static VitImageProcessor of(Config config) {
    refuseOtherSteps(config);
    boolean normalises = config.flag("do_normalize", true);
    double[] deviation = normalises ? channels(config, "image_std", 0.5) : new double[] {1, 1, 1};
    for (double d : deviation) {
      if ((float) d == 0) {
        throw config.wrong("image_std", "no deviation can be 0");
      }
    }
    return new VitImageProcessor(
        config.flag("do_resize", true),
        side(config, "height"),
        side(config, "width"),
        filter(config),
        config.flag("do_rescale", true) ? config.number("rescale_factor", 1 / 255.0) : 1,
        normalises ? channels(config, "image_mean", 0.5) : new double[] {0, 0, 0},
        deviation);
  }

  /** Refuses every switch that is on and not among the known ones: it would change the pixels. */
  private static void refuseOtherSteps(Config config) {
    for (Map.Entry<String, JsonNode> setting : config.json().properties()) {
      if (setting.getKey().startsWith("do_")
          && !STEPS.contains(setting.getKey())
          && !setting.getValue().isNull()) {
        config.requireFlag(setting.getKey(), false);
      }
    }
  }

  private static Resampling filter(Config config) {
    int number = config.integer("resample", Resampling.BILINEAR.number(), 0, 5);
    for (Resampling filter : Resampling.values()) {
      if (filter.number() == number) {
        return filter;
      }
    }
    throw config.wrong("resample", "2 (bilinear) and 3 (bicubic) are supported");
  }

  /**
   * A side of {@code size}, which is a number or an object with {@code height} and {@code width}.
   */
  private static int side(Config config, String name) {
    if (config.json().get("size") instanceof ObjectNode) {
      Config size = config.object("size");
      if (!size.has(name)) {
        throw config.wrong("size", "height and width are supported");
      }
      return size.integer(name, 1, MOST_SIDE);
    }
    return config.integer("size", 224, 1, MOST_SIDE);
  }

  /** Three numbers, one a channel; a single number stands for all of them. */
  private static double[] channels(Config config, String key, double byDefault) {
    double[] result = {byDefault, byDefault, byDefault};
    if (config.has(key)) {
      JsonNode value = config.json().get(key);
      for (int c = 0; c < 3; c++) {
        JsonNode number = value.isArray() && value.size() == 3 ? value.get(c) : value;
        if (!number.isNumber()) {
          throw config.wrong(key, "must be a list of three numbers");
        }
        result[c] = number.asDouble();
      }
    }
    return result;
  }

  @Override
  public Picture resize(Picture picture) {
    return resizes ? Resizer.resize(picture, width, height, filter) : picture;
  }

  @Override
  public PixelValues normalise(Picture resized) {
    byte[] rgb = resized.rgb();
    int pixels = resized.width() * resized.height();
    float[] values = new float[Math.multiplyExact(3, pixels)];
    for (int i = 0, in = 0; i < pixels; i++, in += 3) {
      values[i] = table[rgb[in] & 0xff];
      values[pixels + i] = table[256 + (rgb[in + 1] & 0xff)];
      values[2 * pixels + i] = table[512 + (rgb[in + 2] & 0xff)];
    }
    return new PixelValues(3, resized.height(), resized.width(), values);
  }
}
