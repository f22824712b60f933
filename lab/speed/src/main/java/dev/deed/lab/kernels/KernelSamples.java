package dev.deed.lab.kernels;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;

/** Where one thread spends its time, from the samples of Java Flight Recorder. */
final class KernelSamples {
  private static final Duration PERIOD = Duration.ofMillis(5);
  private static final Duration MOST_TIME = Duration.ofSeconds(20);

  private final String thread = Thread.currentThread().getName();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger all = new AtomicInteger();

  private KernelSamples() {}

  /** Runs a task again and again in the calling thread until there are samples enough. */
  static KernelSamples of(int enough, Runnable task) throws InterruptedException {
    KernelSamples samples = new KernelSamples();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      stream.onEvent("jdk.ExecutionSample", samples::count);
      stream.startAsync();
      long end = System.nanoTime() + MOST_TIME.toNanos();
      while (samples.count() < enough && System.nanoTime() < end) {
        task.run();
      }
      stream.stop();
    }
    return samples;
  }

  int count() {
    return all.get();
  }

  /** Share of the samples outside the kernels, in 0…1. */
  double shareOutside() {
    return 1 - (double) inside.get() / all.get();
  }

  private void count(RecordedEvent event) {
    if (event.getStackTrace() == null
        || !event.getThread("sampledThread").getJavaName().equals(thread)) {
      return;
    }
    for (RecordedFrame frame : event.getStackTrace().getFrames()) {
      String type = frame.getMethod().getType().getName();
      // The innermost frame of ours: above it are only methods of the library that it calls.
      if (type.startsWith("dev.deed.")) {
        all.incrementAndGet();
        if (type.startsWith("dev.deed.tensor.kernel.Vector")) {
          inside.incrementAndGet();
        }
        return;
      }
    }
  }
}
