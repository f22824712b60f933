package dev.deed.processing.sound;

/** Takes the samples of one channel, piece by piece. */
interface SampleSink {
  /**
   * @param samples may be changed afterwards
   * @param count of them, from the first
   */
  void add(double[] samples, int count);

  /** All samples have come. */
  void end();
}
