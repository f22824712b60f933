package dev.deed.processing.sound;

/** Takes the samples of a sound, piece by piece: those of one channel, unless it says otherwise. */
interface SampleSink {
  /**
   * @param samples may be changed afterwards
   * @param count of them, from the first
   */
  void add(double[] samples, int count);

  /**
   * Samples of all channels, of which this keeps the mean.
   *
   * @param channels the samples of each; may be changed here and afterwards
   * @param count of each, from the first
   */
  default void add(double[][] channels, int count) {
    double[] mean = channels[0];
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (double[] channel : channels) {
        sum += channel[i];
      }
      mean[i] = sum / channels.length;
    }
    add(mean, count);
  }

  /** All samples have come. */
  void end();
}
