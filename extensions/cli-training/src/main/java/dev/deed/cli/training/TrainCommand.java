package dev.deed.cli.training;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.AdapterFiles;
import dev.deed.cli.CommonOptions;
import dev.deed.cli.ModelPlace;
import dev.deed.cli.OptionBounds;
import dev.deed.cli.ProgressLine;
import dev.deed.train.AdamWOptimizer;
import dev.deed.train.DeepSupervisionLoss;
import dev.deed.train.ExitRequest;
import dev.deed.train.Preset;
import dev.deed.train.Training;
import dev.deed.train.TrainingListener;
import dev.deed.train.TrainingRecipe;
import dev.deed.train.TrainingRecipe.LearningRateSchedule;
import dev.deed.train.TrainingRecipe.PictureShift;
import dev.deed.train.VocabularySource;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deed train}: trains or fine-tunes with multi-exit deep supervision. */
@Command(
    name = "train",
    description = "Trains or fine-tunes a model whose every decoder layer can emit the token.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "OUT becomes the model with the smallest validation loss. OUT/training holds log.jsonl",
      "and the last checkpoint; Ctrl-C saves it, and the same command with --resume goes on."
    })
final class TrainCommand implements Callable<Integer> {
  /** Far above any mix that makes sense. */
  private static final int MOST_TIMES = 10_000;

  @Option(names = "--data", required = true, paramLabel = "FOLDER")
  List<Path> data = List.of();

  @Option(names = "--times", paramLabel = "N,N,…", split = ",")
  List<Integer> times = List.of();

  @Option(names = "--out", required = true, paramLabel = "OUT")
  Path out = Path.of("");

  @ArgGroup(multiplicity = "0..1")
  StartOptions start = new StartOptions();

  /** What to start from; one of them. */
  static final class StartOptions {
    @Option(names = "--init", paramLabel = "MODEL")
    @Nullable Path init;

    @Option(names = "--arch", paramLabel = "PRESET")
    @Nullable String preset;
  }

  @Option(names = "--set", paramLabel = "KEY=VALUE")
  Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--vocabulary", paramLabel = "KIND")
  @Nullable String vocabulary;

  @Option(names = "--exits", paramLabel = "LAYERS")
  @Nullable String exits;

  @Option(names = "--adapter", paramLabel = "SIZE")
  @Nullable String adapter;

  @Option(names = "--gate")
  boolean gate;

  @Option(names = "--max-minutes", paramLabel = "M")
  double maxMinutes = Double.POSITIVE_INFINITY;

  @Option(names = "--limit", paramLabel = "N")
  int limit = Integer.MAX_VALUE;

  @Option(names = "--resume")
  boolean resume;

  @Option(names = "--device", paramLabel = "NAME")
  String device = "cpu";

  @Mixin RecipeOptions recipe = new RecipeOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException {
    check();
    Training.Start from = start();
    ExitRequest request = exits();
    TrainingRecipe steps = recipe.read();
    TorchRuntime.start(common.threads);
    Training training =
        new Training(
            data,
            times.isEmpty() ? Collections.nCopies(data.size(), 1) : times,
            out,
            from,
            request,
            steps,
            maxMinutes,
            limit,
            TorchDevice.named(device),
            common.threads,
            resume);
    Training.Result result;
    try (TrainingProgress progress = new TrainingProgress(common)) {
      result = training.run(progress);
    }
    if (result.end() == Training.End.STOPPED) {
      throw new CancellationException(
          "stopped: %s/training/last is the checkpoint of step %d; --resume goes on"
              .formatted(out, result.state().step()));
    }
    report(result);
    return 0;
  }

  private void report(Training.Result result) {
    String reason =
        switch (result.end()) {
          case STEPS -> "all steps made";
          case PATIENCE -> "no better loss for " + recipe.patience + " looks";
          case MINUTES -> "the time is up (--resume goes on)";
          case STOPPED -> "stopped";
        };
    if (common.json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("model", out.toString()).put("steps", result.state().step());
      node.put("seconds", result.state().seconds()).put("best_step", result.state().bestStep());
      node.put("best_val_loss", result.state().bestLoss());
      node.put("end", result.end().name().toLowerCase(Locale.ROOT));
      System.out.println(node);
    } else {
      System.out.printf(
          Locale.ROOT,
          "%s after %,d steps and %.0f minutes; %s is the model of step %,d, validation loss %.4f%n",
          reason,
          result.state().step(),
          result.state().seconds() / 60,
          out,
          result.state().bestStep(),
          result.state().bestLoss());
    }
  }

  private void check() {
    InputException.require(
        start.init != null || start.preset != null,
        "train",
        "has nothing to start from",
        "give --init MODEL or --arch PRESET");
    InputException.require(
        start.init == null || settings.isEmpty(),
        "--set",
        "changes a preset",
        "use it with --arch");
    InputException.require(
        start.init == null || vocabulary == null,
        "--vocabulary",
        "is for a new model",
        "leave it out with --init");
    InputException.require(
        times.isEmpty() || times.size() == data.size(),
        "--times",
        "has %d numbers for %d --data".formatted(times.size(), data.size()),
        "give one for each");
    for (int count : times) {
      InputException.require(
          count >= 1 && count <= MOST_TIMES, "--times", "has " + count, "give 1.." + MOST_TIMES);
    }
    OptionBounds.require(maxMinutes > 0, "--max-minutes", maxMinutes, "give more than 0");
    OptionBounds.requireAtLeast("--limit", limit, 1);
    common.requireThreads();
  }

  private Training.Start start() {
    if (start.init != null) {
      ModelPlace place = common.place(start.init);
      if (place.adapter() != null) {
        AdapterFiles.refuse(place.adapter());
      }
      return new Training.Start.FromModel(place.folder());
    }
    return new Training.Start.FromPreset(
        Preset.named(String.valueOf(start.preset), settings),
        VocabularySource.parse(vocabulary == null ? "bpe:4000" : vocabulary));
  }

  private @Nullable ExitRequest exits() {
    if (exits == null && adapter == null && !gate) {
      return null;
    }
    List<Integer> layers =
        exits == null ? null : exits.equals("all") ? ExitRequest.ALL : layers(exits);
    Integer size =
        adapter == null ? null : adapter.equals("none") ? 0 : whole("--adapter", adapter);
    return new ExitRequest(layers, size, gate);
  }

  private static List<Integer> layers(String text) {
    return Arrays.stream(text.split(",")).map(part -> whole("--exits", part.strip())).toList();
  }

  private static int whole(String option, String text) {
    try {
      int value = Integer.parseInt(text);
      InputException.require(value >= 1 && value <= 1 << 16, option, "is " + text, "give 1..65536");
      return value;
    } catch (NumberFormatException e) {
      throw new InputException(option, "is " + text, "give whole numbers");
    }
  }

  /**
   * Shows a training on stderr: a bar with the loss of every exit, examples a second and time left,
   * and a line for each look at the validation examples.
   */
  private static final class TrainingProgress implements TrainingListener, AutoCloseable {
    private final CommonOptions options;
    private ProgressLine bar = ProgressLine.none();
    private boolean open;

    TrainingProgress(CommonOptions options) {
      this.options = options;
    }

    @Override
    public void reading(String file, int examples) {
      if (examples == 1) {
        bar = ProgressLine.of(options, "reading", -1);
      }
      bar.step();
    }

    @Override
    public void note(String line) {
      bar.close();
      bar = ProgressLine.none();
      options.note(line);
    }

    @Override
    public boolean step(Step step) {
      if (!open) {
        open = true;
        bar = ProgressLine.of(options, "training", step.steps(), step.step() - 1);
      }
      bar.message(
          String.format(
              Locale.ROOT,
              "%.0f examples/s, loss %s",
              step.examplesPerSecond(),
              exits(step.exitLosses(), "%.2f")));
      bar.to(step.step(), step.steps());
      return true;
    }

    @Override
    public void validated(Validation validation) {
      if (!options.quiet) {
        // The bar stands in the last line: its end is overwritten, and it is drawn again below.
        String clear = ProgressLine.wanted(options) ? "\r\u001b[K" : "";
        System.err.printf(
            Locale.ROOT,
            "%sstep %,d: validation loss %.4f%s; exits: loss %s, exact %% %s%n",
            clear,
            validation.step(),
            validation.loss(),
            validation.best() ? " (best)" : "",
            exits(validation.exitLosses(), "%.4f"),
            exits(validation.exact(), "%.1f"));
      }
    }

    private static String exits(List<Double> values, String format) {
      return values.stream()
          .map(value -> String.format(Locale.ROOT, format, value))
          .collect(Collectors.joining(" "));
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** The options of {@code train} that decide its losses. */
  private static final class RecipeOptions {
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

    @Option(
        names = "--label-smoothing",
        paramLabel = "X",
        descriptionKey = "recipe.label-smoothing")
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
}
