package dev.deed.engine;

import java.time.Duration;

/**
 * How fast answers have come of late: the mean time from one to the next while there was work,
 * newer ones counting more. Not safe for use from many threads.
 */
final class Pace {
  /** Answers that count; those of one batch come together. */
  private static final int MEMORY = 32;

  private double mean;
  private int answers;
  private long last;

  /** The first request of many, after a time without any. */
  void begin(long now) {
    last = now;
  }

  /** An answer is whole. */
  void answered(long now) {
    answers = Math.min(MEMORY, answers + 1);
    mean += (now - last - mean) / answers;
    last = now;
  }

  /** The time in which the next answer is to be expected; zero where nothing is known. */
  Duration perAnswer(long now) {
    return Duration.ofNanos((long) Math.max(mean, now - last));
  }
}
