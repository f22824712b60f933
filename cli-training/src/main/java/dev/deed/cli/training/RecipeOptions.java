package dev.deed.cli.training;

import dev.deed.cli.options.OptionBounds;
import dev.deed.train.AdamWOptimizer;
import dev.deed.train.DeepSupervisionLoss;
import dev.deed.train.LearningRateSchedule;
import dev.deed.train.PictureShift;
import dev.deed.train.TrainingRecipe;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code train} that decide its losses. */
final class RecipeOptions {
  @Option(
      names = "--loss",
      paramLabel = "KIND",
      description =
          "deed: mean over the exits plus the last one's; avg: the mean alone; last: the last"
              + " exit's alone; distill: the exits learn the last one's distribution (default:"
              + " deed).")
  DeepSupervisionLoss.Kind loss = DeepSupervisionLoss.Kind.DEED;

  @Option(
      names = "--freeze",
      description = "Learn only what exits add (adapters, gate): full depth keeps its bits.")
  boolean freeze;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Optimiser steps; the schedule ends there (default: ${DEFAULT-VALUE}).")
  long maxSteps = 2000;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples of a forward pass (default: ${DEFAULT-VALUE}).")
  int batch = 16;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Forward passes to one optimiser step (default: ${DEFAULT-VALUE}).")
  int accumulate = 1;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Peak learning rate (default: ${DEFAULT-VALUE}).")
  double learningRate = 1e-3;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "Steps of linear warm-up before the cosine (default: 150, or a tenth of fewer steps).")
  @Nullable Long warmUp;

  @Option(
      names = "--final-share",
      paramLabel = "X",
      description = "Share of the peak that is left at the end, 0..1 (default: ${DEFAULT-VALUE}).")
  double finalShare = 0;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "Decay of matrices and embeddings (default: ${DEFAULT-VALUE}).")
  double weightDecay = 0.05;

  @Option(
      names = "--beta2",
      paramLabel = "X",
      description = "AdamW's decay of squared gradients (default: ${DEFAULT-VALUE}).")
  double beta2 = 0.98;

  @Option(
      names = "--clip",
      paramLabel = "X",
      description = "Largest gradient norm (default: ${DEFAULT-VALUE}).")
  double clip = 1;

  @Option(
      names = "--dropout",
      paramLabel = "X",
      description = "Share of elements dropped while training (default: ${DEFAULT-VALUE}).")
  double dropout = 0;

  @Option(
      names = "--hold-norms",
      paramLabel = "N",
      description =
          "After N steps batch norms use and keep the statistics that they have, as the model will:"
              + " for tasks whose pictures differ (default: never).")
  @Nullable Long holdNorms;

  @Option(
      names = "--label-smoothing",
      paramLabel = "X",
      description = "Smoothing of labels, 0 to below 1 (default: ${DEFAULT-VALUE}).")
  double labelSmoothing = 0;

  @Option(
      names = "--shift",
      paramLabel = "PIXELS",
      description = "Move training pictures at random by up to so many pixels (default: 0).")
  int shift = 0;

  @Option(
      names = "--validate-every",
      paramLabel = "N",
      description =
          "Steps between two looks at val.jsonl, each of which also saves the last checkpoint"
              + " (default: ${DEFAULT-VALUE}).")
  long validateEvery = 100;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after so many looks without a better loss (default: 0, never).")
  int patience = 0;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything that is random (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  /**
   * @throws InputException when a value is out of range
   */
  TrainingRecipe read() {
    check();
    return new TrainingRecipe(
        new DeepSupervisionLoss(loss, labelSmoothing),
        freeze,
        batch,
        accumulate,
        dropout,
        holdNorms == null ? Long.MAX_VALUE : holdNorms,
        new PictureShift(shift),
        new AdamWOptimizer.Settings(0.9, beta2, 1e-8, weightDecay),
        new LearningRateSchedule(learningRate, warmUp(), maxSteps, finalShare),
        clip,
        validateEvery,
        patience,
        seed);
  }

  private void check() {
    InputException.require(
        !freeze || loss != DeepSupervisionLoss.Kind.LAST,
        "--freeze",
        "and --loss last leave nothing to learn",
        "use --loss deed, avg or distill");
    InputException.require(
        !freeze || dropout == 0, "--dropout", "has no effect with --freeze", "leave it out");
    OptionBounds.requireAtLeast("--hold-norms", holdNorms == null ? 1 : holdNorms, 1);
    OptionBounds.requireAtLeast("--max-steps", maxSteps, 1);
    OptionBounds.requireAtLeast("--batch", batch, 1);
    OptionBounds.requireAtLeast("--accumulate", accumulate, 1);
    boolean learns = learningRate > 0 && learningRate < Double.POSITIVE_INFINITY;
    OptionBounds.require(learns, "--learning-rate", learningRate, "give more than 0");
    OptionBounds.require(
        warmUp() >= 0 && warmUp() < maxSteps,
        "--warm-up",
        String.valueOf(warmUp),
        "give 0 or more, less than --max-steps");
    OptionBounds.require(
        finalShare >= 0 && finalShare <= 1, "--final-share", finalShare, "give 0..1");
    OptionBounds.require(weightDecay >= 0, "--weight-decay", weightDecay, "give 0 or more");
    requireBelowOne("--beta2", beta2);
    OptionBounds.require(clip > 0, "--clip", clip, "give more than 0");
    requireBelowOne("--dropout", dropout);
    requireBelowOne("--label-smoothing", labelSmoothing);
    OptionBounds.requireWithin("--shift", shift, 0, PictureShift.MOST);
    OptionBounds.requireAtLeast("--validate-every", validateEvery, 1);
    OptionBounds.requireAtLeast("--patience", patience, 0);
  }

  private static void requireBelowOne(String option, double value) {
    OptionBounds.require(value >= 0 && value < 1, option, value, "give 0 to below 1");
  }

  private long warmUp() {
    return warmUp == null ? Math.min(150, maxSteps / 10) : warmUp;
  }
}
