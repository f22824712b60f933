package dev.deed.lab.speed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What work took, in milliseconds.
 *
 * @param clock that passed
 * @param processor of all Java threads, those that wait at full speed included; not of the JVM's
 *     own, which compile and collect garbage. What others take of the machine does not count. NaN
 *     where it is not told
 */
public record Took(double clock, double processor) {
  static final Took NOTHING = new Took(0, 0);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What the clocks show; the difference of two is what the time between took. */
  static Took now() {
    double nanos = 0;
    for (long thread : THREADS.getAllThreadIds()) {
      // -1 of one that has ended meanwhile.
      nanos += Math.max(0, THREADS.getThreadCpuTime(thread));
    }
    return new Took(System.nanoTime() / 1e6, nanos / 1e6);
  }

  Took plus(Took more) {
    return new Took(clock + more.clock, processor + more.processor);
  }

  Took minus(Took less) {
    return new Took(clock - less.clock, processor - less.processor);
  }

  Took dividedBy(double count) {
    return new Took(clock / count, processor / count);
  }
}
