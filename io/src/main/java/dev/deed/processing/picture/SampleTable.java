package dev.deed.processing.picture;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a sample of 8 bits: times a factor, minus the mean of its channel, by the
 * standard deviation. That depends on nothing but channel and sample, so it is one look-up in 3 ×
 * 256 floats. Immutable.
 */
final class SampleTable {
  private final float[] table = new float[3 * 256];

  /**
   * @param factor what a sample is multiplied by, 1 for none
   * @param mean of each channel, subtracted after the multiplication
   * @param deviation of each channel, divided by; not 0
   */
  SampleTable(double factor, double[] mean, double[] deviation) {
    for (int c = 0; c < 3; c++) {
      for (int sample = 0; sample < 256; sample++) {
        // Rounded to float where the library does: after rescaling in double, then at each step.
        float rescaled = (float) (sample * factor);
        table[256 * c + sample] = (rescaled - (float) mean[c]) / (float) deviation[c];
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SampleTable same && Arrays.equals(table, same.table);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(table);
  }

  PixelValues of(Picture picture) {
    byte[] rgb = picture.rgb();
    int pixels = picture.width() * picture.height();
    float[] values = new float[Math.multiplyExact(3, pixels)];
    for (int i = 0, in = 0; i < pixels; i++, in += 3) {
      values[i] = table[rgb[in] & 0xff];
      values[pixels + i] = table[256 + (rgb[in + 1] & 0xff)];
      values[2 * pixels + i] = table[512 + (rgb[in + 2] & 0xff)];
    }
    return new PixelValues(3, picture.height(), picture.width(), values);
  }
}
