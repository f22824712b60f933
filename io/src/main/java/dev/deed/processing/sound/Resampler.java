package dev.deed.processing.sound;

import java.util.Arrays;

/**
 * Changes the rate of a sound as {@code resample_poly} of SciPy does: with the greatest common
 * divisor taken out, samples stand {@code up} apart, a low-pass of zero phase fills the gaps, and
 * every {@code down}th is kept. The low-pass is a windowed sinc of {@code 20 · max(up, down) + 1}
 * taps, Kaiser's window with β = 5, cut off at {@code 1 / max(up, down)}; outside the sound is
 * silence. Holds a few samples at a time. Belongs to one thread.
 */
final class Resampler implements SampleSink {
  private static final int HALF_LOBES = 10;
  private static final double BETA = 5;
  private static final int BLOCK = 1 << 10;

  private final SampleSink out;
  private final int up;
  private final int down;

  /** Taps on each side of the middle one. */
  private final int half;

  /** Taps that meet a sample, by the place of the output between two inputs: [up, width]. */
  private final double[] taps;

  private final int width;

  /** Inputs that are still needed, from number {@code first} on. */
  private double[] buffer;

  private long first;
  private int count;

  private final double[] ready = new double[BLOCK];
  private int readyCount;

  /** Number of the next output. */
  private long next;

  private Resampler(int up, int down, SampleSink out) {
    this.out = out;
    this.up = up;
    this.down = down;
    this.half = HALF_LOBES * Math.max(up, down);
    this.width = Math.ceilDiv(2 * half + 1, up);
    this.taps = taps();
    this.buffer = new double[BLOCK + width];
    // What lies before the sound is silence.
    this.first = -width;
    this.count = width;
  }

  /** What changes one rate to another; {@code out} itself where they are equal. */
  static SampleSink between(int from, int to, SampleSink out) {
    int divisor = greatestCommonDivisor(from, to);
    return from == to ? out : new Resampler(to / divisor, from / divisor, out);
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  private double[] taps() {
    double[] filter = new double[half + 1];
    double sum = 0;
    for (int i = 0; i <= half; i++) {
      double x = Math.PI * i / Math.max(up, down);
      double place = (double) i / half;
      double window = bessel(BETA * Math.sqrt(1 - place * place));
      filter[i] = (i == 0 ? 1 : StrictMath.sin(x) / x) * window;
      sum += i == 0 ? filter[i] : 2 * filter[i];
    }
    double[] byPlace = new double[up * width];
    for (int tap = 0; tap <= 2 * half; tap++) {
      byPlace[tap % up * width + tap / up] = filter[Math.abs(tap - half)] * up / sum;
    }
    return byPlace;
  }

  /** The modified Bessel function of the first kind of order 0, by its series. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= x / (2 * k) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }

  @Override
  public void add(double[] samples, int moreCount) {
    append(samples, moreCount);
    while (lastInput(next) < first + count) {
      emit();
    }
    drop();
    flush();
  }

  /** The newest input that an output depends on. */
  private long lastInput(long output) {
    return Math.floorDiv(output * down + half, (long) up);
  }

  private void append(double[] samples, int moreCount) {
    if (count + moreCount > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(count + moreCount, 2 * buffer.length));
    }
    System.arraycopy(samples, 0, buffer, count, moreCount);
    count += moreCount;
  }

  private void emit() {
    long place = next * down + half;
    int newest = (int) (Math.floorDiv(place, (long) up) - first);
    int row = Math.floorMod(place, up) * width;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += taps[row + i] * buffer[newest - i];
    }
    next++;
    ready[readyCount++] = sum;
    if (readyCount == ready.length) {
      flush();
    }
  }

  private void flush() {
    out.add(ready, readyCount);
    readyCount = 0;
  }

  /** Forgets what no further output depends on. */
  private void drop() {
    int unneeded = Math.clamp(lastInput(next) - width + 1 - first, 0, count);
    if (unneeded > 0) {
      System.arraycopy(buffer, unneeded, buffer, 0, count - unneeded);
      first += unneeded;
      count -= unneeded;
    }
  }

  @Override
  public void end() {
    long outputs = Math.ceilDiv((first + count) * up, (long) down);
    double[] silence = new double[BLOCK];
    while (next < outputs) {
      while (lastInput(next) >= first + count) {
        append(silence, BLOCK);
      }
      emit();
      drop();
    }
    flush();
    out.end();
  }
}
