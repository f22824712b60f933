package dev.deed.lab.kernels;

import dev.deed.files.AtomicFiles;
import dev.deed.train.torch.TorchRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/** Measures the kernels against their yardsticks and writes a report in Markdown. */
public final class KernelReport {
  private KernelReport() {}

  /**
   * Takes some minutes.
   *
   * @param arguments the file to write
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path target = Path.of(arguments[0]);
    TorchRuntime.start(1);
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Kernels

        Written by `lab/speed/kernels %s`. Contenders are timed in turn, round after round, in one run; a ratio is the
        median of the ratios within a round, with the lowest and the highest beside it. Above 1 means that the left one is faster.
        Load of the machine before the run: %.1f. The numbers mean something below about 0.5: above, other processes had a
        share of the processors, of the caches and of memory. On one thread the time is processor time of that thread, which the
        others disturb least; on two, and for the speed-up of two over one, it is the time that passes.

        %s

        ## Products against LibTorch with MKL
        fp32, both write into memory that is there already. On two threads each turn waits until the other's threads sleep.

        """
            .formatted(target, load(), machine()));
    ProductReport.write(page);
    System.err.println("products measured");
    page.append(
        """

        ## One row against memory
        Weights that no cache holds, and a loop that does nothing but read 256 MiB.

        """);
    BandwidthReport.write(page);
    System.err.println("memory measured");
    page.append(
        """

        ## Decoding at batch 1
        Random weights. *screenshots*: 60 tokens, 256×256 pixels through a convolutional stem, 128 encoder tokens, 3 encoder and
        6 decoder layers, vocabulary 25, adapters of 32. *text*: 20 tokens, 512 encoder tokens, 1 encoder and 6 decoder layers, vocabulary
        32,128, adapters of 192. *Outside kernels*: samples of Java Flight Recorder on one thread whose innermost frame of ours
        is no kernel; it counts loops, state, copying into caches and allocation.

        """);
    DecoderReport.write(page);
    page.append("%nLoad after the run: %.1f.%n".formatted(load()));
    AtomicFiles.writeText(target, page.toString());
  }

  private static String machine() throws IOException, InterruptedException {
    String processor = "an unknown processor";
    Path information = Path.of("/proc/cpuinfo");
    if (Files.exists(information)) {
      try (Stream<String> lines = Files.lines(information)) {
        processor =
            lines
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse(processor);
      }
    }
    return "%s, %d processors, JVM %s; commit %s, %s."
        .formatted(
            processor,
            Runtime.getRuntime().availableProcessors(),
            Runtime.version(),
            commit(),
            LocalDate.now(ZoneOffset.UTC));
  }

  private static String commit() throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "describe", "--always", "--dirty")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return git.waitFor() == 0 ? text.strip() : "unknown";
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
