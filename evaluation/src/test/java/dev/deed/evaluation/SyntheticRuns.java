package dev.deed.evaluation;

import dev.deed.Input;
import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Economics;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.PriceFit;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.Effort;
import dev.deed.value.ExitSettings;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs of a made-up model of six layers by a made-up clock: what each part costs is known, and so
 * which policy is cheaper.
 */
final class SyntheticRuns {
  static final int LAYERS = 6;
  static final DecodeCost TRUTH = new DecodeCost(0.02, 0.05, 0.015, 0.04, 0.3);

  /** What shapes would let expect: wrong by a factor of two here and there, in another unit. */
  static final DecodeCost SHAPE = new DecodeCost(40, 200, 40, 80, 2000);

  private static final String RIGHT = "right";
  private static final List<Metric> METRICS = Metric.list("exact");

  private final int examples;
  private final Random random;
  private final Noise noise;

  /** What the clock does to the times of an example; the more, the busier the machine. */
  enum Noise {
    /** A few per cent. */
    QUIET,
    /** Runs lose the processor for a while, the machine slows down to half, and has a burst. */
    LOADED
  }

  private final Map<String, List<Observation>> runs = new LinkedHashMap<>();

  SyntheticRuns(int examples, Noise noise, long seed) {
    this.examples = examples;
    this.noise = noise;
    this.random = new Random(seed);
  }

  /** A policy whose tokens all leave at one layer. */
  SyntheticRuns fixed(String policy, int layer, double accuracy) {
    return run(policy, layer, 0, layer, accuracy);
  }

  /**
   * A policy whose tokens leave at a layer, but some go to the end, which fills the others.
   *
   * @param layer that most leave at, and before which no exit is asked
   * @param deep share of the others
   */
  SyntheticRuns dynamic(String policy, int layer, double deep, double accuracy) {
    return run(policy, layer, deep, LAYERS, accuracy);
  }

  private SyntheticRuns run(String policy, int layer, double deep, int deepest, double accuracy) {
    // Answers have the same lengths under all policies, and the machine's state is that of the
    // example: the same random numbers.
    Random ofExamples = new Random(7);
    Random machine = new Random(11);
    int burst = machine.nextInt(examples);
    List<Observation> run = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      int tokens = 20 + ofExamples.nextInt(60);
      int deepTokens = (int) Math.round(deep * tokens);
      int passes = (tokens - deepTokens) * layer + deepTokens * deepest;
      int filled = deepTokens == 0 ? 0 : (tokens - deepTokens) * (deepest - layer);
      List<Integer> exits = new ArrayList<>(Collections.nCopies(tokens - deepTokens, layer));
      exits.addAll(Collections.nCopies(deepTokens, deepest));
      boolean right = i + 1 <= accuracy * examples;
      Observation counts =
          new Observation(
              right ? RIGHT : "wrong",
              Collections.nCopies(tokens, 5),
              exits,
              new Effort(passes + filled, tokens * LAYERS, passes, tokens + deepTokens),
              new Timing(0, 0, 0),
              null);
      double millis = TRUTH.millis(DecodeCost.meanCounts(List.of(counts)));
      boolean inBurst = i >= burst && i < burst + examples / 8;
      run.add(timed(counts, millis * slowed(i, inBurst)));
    }
    runs.put(policy, run);
    return this;
  }

  private double slowed(int example, boolean inBurst) {
    double few = 1 + 0.04 * random.nextGaussian();
    return switch (noise) {
      case QUIET -> few;
      case LOADED ->
          few
              * (1 + (double) example / examples)
              * (random.nextInt(3) == 0 ? 1 + 4 * random.nextDouble() : 1)
              * (inBurst ? 2 + 4 * random.nextDouble() : 1);
    };
  }

  static Observation timed(Observation counts, double millis) {
    return new Observation(
        counts.text(),
        counts.tokenIds(),
        counts.exitLayers(),
        counts.effort(),
        new Timing(0.5, 3, millis),
        counts.drafts());
  }

  List<List<Observation>> runs() {
    return List.copyOf(runs.values());
  }

  PriceFit fit() {
    return PriceFit.of(runs(), 1, SHAPE);
  }

  /** The report; {@code full} must be among the policies. */
  EvaluationReport report() {
    List<Observation> full = runs.getOrDefault("full", List.of());
    List<EvaluationExample> data =
        Collections.nCopies(
            examples, new EvaluationExample("line", Input.ofText("x"), null, List.of(RIGHT), null));
    RunTotals reference = RunTotals.of(data, full, full, LAYERS, METRICS);
    PriceFit fit = fit();
    List<EvaluationRow> rows = new ArrayList<>();
    runs.forEach(
        (policy, run) ->
            rows.add(
                new RowFigures(RunTotals.of(data, run, full, LAYERS, METRICS), reference, 1)
                    .row(
                        "m",
                        EvaluationPolicy.list(policy).getFirst(),
                        policy.equals("default") ? ExitSettings.maxProbability(0.9) : null,
                        null,
                        ExitProfile.of(run, LAYERS),
                        DecodeTimes.of(run, 1, fit.cost()))));
    return new EvaluationReport(
        Path.of("test.jsonl"),
        examples,
        METRICS,
        rows,
        Economics.of(LAYERS, full, 1, fit),
        new Provenance("deed", "machine", "fp32", 1, 1, 1, null, Instant.EPOCH));
  }

  /** What a quiet machine says of full depth and two fixed exits. */
  static Economics economics() {
    return new SyntheticRuns(10, Noise.QUIET, 1)
        .fixed("full", LAYERS, 1)
        .fixed("static:1", 1, 1)
        .fixed("static:3", 3, 1)
        .report()
        .economics();
  }
}
