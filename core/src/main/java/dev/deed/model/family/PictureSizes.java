package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import java.util.List;

/** Sizes of pictures and patches in configurations of picture encoders. */
final class PictureSizes {
  private PictureSizes() {}

  /** Height and width; one number means a square. */
  static List<Integer> pair(Config config, String key, int fallback) {
    return config.has(key) ? pair(config, key, 1, Limits.PIXELS) : List.of(fallback, fallback);
  }

  /** A required pair within {@code min..max}; one number counts twice. */
  static List<Integer> pair(Config config, String key, int min, int max) {
    List<Integer> values = config.integers(key, min, max);
    if (values.size() == 1) {
      return List.of(values.getFirst(), values.getFirst());
    }
    if (values.size() != 2) {
      throw config.wrong(key, "must be one whole number or two (height, width)");
    }
    return values;
  }

  static int channels(Config config) {
    return config.integer("num_channels", 3, 1, 16);
  }
}
