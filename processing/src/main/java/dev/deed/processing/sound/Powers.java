package dev.deed.processing.sound;

import java.util.Arrays;

/**
 * The powers of frequencies around two samples at a time, in Hann's window. Beyond both ends sounds
 * are mirrored. Belongs to one thread.
 */
final class Powers {
  private final int window;
  private final double[] hann;
  private final Fourier fourier;
  private final double[] in;
  private final double[] out;
  private final double[] first;
  private final double[] second;

  Powers(int window) {
    this.window = window;
    this.hann = new double[window];
    for (int i = 0; i < window; i++) {
      hann[i] = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * i / window);
    }
    this.fourier = new Fourier(window);
    this.in = new double[2 * window];
    this.out = new double[2 * window];
    this.first = new double[window / 2 + 1];
    this.second = new double[window / 2 + 1];
  }

  /** Those around the first of the samples, from 0 to half of the rate. */
  double[] first() {
    return first;
  }

  double[] second() {
    return second;
  }

  /**
   * @param one middle of a window
   * @param other middle of another; −1: there is none
   */
  void of(float[] samples, int one, int other) {
    boolean sounds = copy(samples, one, 0);
    sounds |= other >= 0 && copy(samples, other, window);
    if (!sounds) {
      Arrays.fill(first, 0);
      Arrays.fill(second, 0);
      return;
    }
    if (other < 0) {
      Arrays.fill(in, window, 2 * window, 0);
    }
    fourier.transform(in, out);
    for (int k = 0; k < first.length; k++) {
      // Those of real numbers are the parts that agree with, and those that differ from, the
      // conjugate of the frequency's mirror image.
      int mirror = k == 0 ? 0 : window - k;
      double a = out[k] + out[mirror];
      double b = out[window + k] - out[window + mirror];
      double c = out[window + k] + out[window + mirror];
      double d = out[mirror] - out[k];
      first[k] = (a * a + b * b) / 4;
      second[k] = (c * c + d * d) / 4;
    }
  }

  /** Puts a window in its place; false where all of it is silence. */
  private boolean copy(float[] samples, int middle, int to) {
    boolean sounds = false;
    int from = middle - window / 2;
    for (int i = 0; i < window; i++) {
      float sample = samples[mirrored(from + i, samples.length)];
      sounds |= sample != 0;
      in[to + i] = sample * hann[i];
    }
    return sounds;
  }

  private static int mirrored(int place, int length) {
    int inside = Math.abs(place);
    return inside < length ? inside : 2 * (length - 1) - inside;
  }
}
