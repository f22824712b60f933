package dev.deed.processing.sound;

import java.util.Arrays;

/** Keeps samples. Who gives them sees to it that they are not too many. */
final class SampleCollector implements SampleSink {
  private float[] samples = new float[1 << 12];
  private int count;

  @Override
  public void add(double[] more, int moreCount) {
    if (count + moreCount > samples.length) {
      samples = Arrays.copyOf(samples, Math.max(count + moreCount, 2 * samples.length));
    }
    for (int i = 0; i < moreCount; i++) {
      samples[count++] = (float) more[i];
    }
  }

  @Override
  public void end() {}

  float[] samples() {
    return Arrays.copyOf(samples, count);
  }

  /** The samples since it was last asked. */
  float[] newest() {
    float[] all = samples();
    count = 0;
    return all;
  }
}
