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
  @Option(names = "--loss", paramLabel = "KIND", descriptionKey = "recipe.loss")
  DeepSupervisionLoss.Kind loss = DeepSupervisionLoss.Kind.DEED;

  @Option(names = "--freeze", descriptionKey = "recipe.freeze")
  boolean freeze;

  @Option(names = "--max-steps", paramLabel = "N", descriptionKey = "recipe.max-steps")
  long maxSteps = 2000;

  @Option(names = "--batch", paramLabel = "N", descriptionKey = "recipe.batch")
  int batch = 16;

  @Option(names = "--accumulate", paramLabel = "N", descriptionKey = "recipe.accumulate")
  int accumulate = 1;

  @Option(names = "--learning-rate", paramLabel = "X", descriptionKey = "recipe.learning-rate")
  double learningRate = 1e-3;

  @Option(names = "--warm-up", paramLabel = "N", descriptionKey = "recipe.warm-up")
  @Nullable Long warmUp;

  @Option(names = "--final-share", paramLabel = "X", descriptionKey = "recipe.final-share")
  double finalShare = 0;

  @Option(names = "--weight-decay", paramLabel = "X", descriptionKey = "recipe.weight-decay")
  double weightDecay = 0.05;

  @Option(names = "--beta2", paramLabel = "X", descriptionKey = "recipe.beta2")
  double beta2 = 0.98;

  @Option(names = "--clip", paramLabel = "X", descriptionKey = "recipe.clip")
  double clip = 1;

  @Option(names = "--dropout", paramLabel = "X", descriptionKey = "recipe.dropout")
  double dropout = 0;

  @Option(names = "--hold-norms", paramLabel = "N", descriptionKey = "recipe.hold-norms")
  @Nullable Long holdNorms;

  @Option(names = "--label-smoothing", paramLabel = "X", descriptionKey = "recipe.label-smoothing")
  double labelSmoothing = 0;

  @Option(names = "--shift", paramLabel = "PIXELS", descriptionKey = "recipe.shift")
  int shift = 0;

  @Option(names = "--validate-every", paramLabel = "N", descriptionKey = "recipe.validate-every")
  long validateEvery = 100;

  @Option(names = "--patience", paramLabel = "N", descriptionKey = "recipe.patience")
  int patience = 0;

  @Option(names = "--seed", paramLabel = "N", descriptionKey = "recipe.seed")
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
