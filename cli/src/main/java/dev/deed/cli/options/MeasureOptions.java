package dev.deed.cli.options;

import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.WarmUp;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How many examples are measured, and how. */
public final class MeasureOptions {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most examples, from the first line on (default: all).")
  public int limit = Integer.MAX_VALUE;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description =
          "How often each run is measured; the medians of an example's times count (default:"
              + " ${DEFAULT-VALUE}).")
  public int repeats = 1;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "Most seconds of untimed runs before each part; they end when times settle (default:"
              + " ${DEFAULT-VALUE}).")
  int warmUpSeconds = 60;

  /** Refuses values out of range; the command needs at least {@code least} examples. */
  public void check(int least) {
    OptionBounds.requireAtLeast("--limit", limit, least);
    OptionBounds.requireAtLeast("--repeats", repeats, 1);
    OptionBounds.requireAtLeast("--warm-up", warmUpSeconds, 0);
  }

  /** What measures, with {@code batch} examples decoded together. */
  public Evaluator evaluator(int batch) {
    return new Evaluator(batch, repeats, WarmUp.upTo(Duration.ofSeconds(warmUpSeconds)));
  }
}
