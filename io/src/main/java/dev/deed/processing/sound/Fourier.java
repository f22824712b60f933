package dev.deed.processing.sound;

/**
 * The discrete Fourier transform of complex numbers, by the factors of its length (Cooley and Tukey
 * 1965). Belongs to one thread.
 */
final class Fourier {
  private final int length;
  private final double[] cosines;
  private final double[] sines;

  /** Outputs of one butterfly. */
  private final double[] real;

  private final double[] imaginary;

  Fourier(int length) {
    this.length = length;
    this.cosines = new double[length];
    this.sines = new double[length];
    for (int i = 0; i < length; i++) {
      cosines[i] = StrictMath.cos(2 * Math.PI * i / length);
      sines[i] = -StrictMath.sin(2 * Math.PI * i / length);
    }
    this.real = new double[largestFactor(length)];
    this.imaginary = new double[real.length];
  }

  /** The time of a transform grows with it. */
  static int largestFactor(int length) {
    int rest = length;
    int largest = 1;
    while (rest > 1) {
      largest = smallestFactor(rest);
      rest /= largest;
    }
    return largest;
  }

  /**
   * @param in real parts, then imaginary parts; {@code out} likewise, another array
   */
  void transform(double[] in, double[] out) {
    transform(in, 0, 1, out, 0, length);
  }

  private void transform(double[] in, int from, int stride, double[] out, int to, int size) {
    if (size == 1) {
      out[to] = in[from];
      out[length + to] = in[length + from];
      return;
    }
    int factor = smallestFactor(size);
    int part = size / factor;
    for (int q = 0; q < factor; q++) {
      transform(in, from + q * stride, stride * factor, out, to + q * part, part);
    }
    for (int k = 0; k < part; k++) {
      butterfly(out, to + k, part, factor, stride, k);
    }
  }

  private static int smallestFactor(int size) {
    int factor = 2;
    while (size % factor != 0) {
      factor++;
    }
    return factor;
  }

  /** Output {@code k + j · part} for all j, of the outputs k of the parts. */
  private void butterfly(double[] out, int at, int part, int factor, int stride, int k) {
    for (int j = 0; j < factor; j++) {
      int step = (k + j * part) * stride;
      double sumReal = out[at];
      double sumImaginary = out[length + at];
      int turn = 0;
      for (int q = 1; q < factor; q++) {
        turn += step;
        turn -= turn >= length ? length : 0;
        double a = out[at + q * part];
        double b = out[length + at + q * part];
        sumReal += a * cosines[turn] - b * sines[turn];
        sumImaginary += a * sines[turn] + b * cosines[turn];
      }
      real[j] = sumReal;
      imaginary[j] = sumImaginary;
    }
    for (int j = 0; j < factor; j++) {
      out[at + j * part] = real[j];
      out[length + at + j * part] = imaginary[j];
    }
  }
}
