package dev.deed.lab.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The most memory that this process held, as Linux counts it. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final String LINE = "VmHWM:";

  /** Behind a collection, other threads give memory off the heap back for so long. */
  private static final Duration AFTERMATH = Duration.ofMillis(300);

  private PeakMemory() {}

  /**
   * Forgets what was before, where the system allows it: also weights of models that are closed,
   * which only a collection of garbage gives back.
   */
  static void reset() throws InterruptedException {
    System.gc();
    Thread.sleep(AFTERMATH);
    try {
      Files.writeString(RESET, "5", StandardCharsets.US_ASCII);
    } catch (IOException e) {
      // Not Linux, or not allowed: the peak is then that of the whole run.
    }
  }

  /** MiB; NaN when the system does not say. */
  static double mebibytes() {
    try (var lines = Files.lines(STATUS, StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith(LINE))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
