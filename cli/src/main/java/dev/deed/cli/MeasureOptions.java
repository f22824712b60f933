package dev.deed.cli;

import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.WarmUp;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How many examples are measured, and how. */
public final class MeasureOptions {
  @Option(names = "--limit", paramLabel = "N", descriptionKey = "measure.limit")
  public int limit = Integer.MAX_VALUE;

  @Option(names = "--repeats", paramLabel = "N", descriptionKey = "measure.repeats")
  public int repeats = 1;

  @Option(names = "--warm-up", paramLabel = "SECONDS", descriptionKey = "measure.warm-up")
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
