package dev.deed.train;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFolder;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.ExitOutput;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchModel;
import dev.deed.train.torch.TorchParameters;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * The training loop. Every step is a function of the recipe, its number and the weights before it:
 * batches, augmentation and dropout draw from sequences made of seed and step. So a run that was
 * stopped or killed goes on with the same losses as one that was not. Not thread-safe.
 */
final class Trainer {
  /** Salts that keep the sequences of one seed apart. */
  private static final long DROPOUT = 1L << 40;

  private static final long AUGMENTATION = 1L << 41;

  private final RunFolder run;
  private final TrainingRecipe recipe;
  private final ModelDescription description;
  private final TorchParameters parameters;
  private final TorchModel model;
  private final AdamWOptimizer optimizer;
  private final Collator collator;
  private final Objective objective;
  private final BatchPlan plan;
  private final Validator validator;
  private TrainingState state;

  /**
   * @param run where checkpoints go
   * @param from the checkpoint to go on from
   * @throws InputException when there is nothing to learn, or {@code from} is no checkpoint
   */
  Trainer(
      RunFolder run,
      Path from,
      TrainingRecipe recipe,
      Collator collator,
      List<EncodedExample> train,
      List<EncodedExample> val,
      TorchDevice device) {
    this.run = run;
    this.recipe = recipe;
    this.collator = collator;
    try (ModelFolder last = ModelFolder.open(from)) {
      this.description = last.description();
      this.parameters =
          TorchParameters.of(last, TrainedKinds.trained(last.spec(), recipe.freeze()), device);
    }
    this.model = new TorchModel(description.spec(), parameters, recipe.dropout());
    if (parameters.trained().isEmpty() || (recipe.freeze() && model.exits() == 1)) {
      throw new InputException(
          "--freeze", "leaves nothing to learn", "give the model exits with adapters or a gate");
    }
    this.optimizer =
        new AdamWOptimizer(parameters, recipe.optimizer(), parameter -> parameter.role().decays());
    this.plan = new BatchPlan(train, recipe.batch(), recipe.seed());
    this.objective = new Objective(recipe.loss(), parameters);
    this.validator =
        new Validator(model, objective, collator, Validator.batches(val, recipe.batch()));
    this.state = restore(from);
  }

  private TrainingState restore(Path from) {
    try (SafetensorsFile file = SafetensorsFile.open(from.resolve(ModelFiles.WEIGHTS))) {
      TrainingState restored = TrainingState.of(file.metadata());
      if (restored.step() > 0) {
        optimizer.restore((name, length) -> moments(file, name, length), restored.step());
      }
      return restored;
    } catch (IllegalArgumentException e) {
      throw new InputException(
          from.toString(), "is no checkpoint of a training", "start without --resume");
    }
  }

  private static float[] moments(SafetensorsFile file, String name, long length) {
    var tensor = file.tensors().get(RunFolder.OPTIMIZER + name);
    if (tensor == null || !tensor.shape().equals(List.of(Math.toIntExact(length)))) {
      throw new IllegalArgumentException("no moments of " + name);
    }
    return tensor.toFloats();
  }

  /**
   * Trains to the end of the schedule, unless something stops it before: the listener, an interrupt
   * of the thread, the time, or too many looks without a better loss. What was learnt is saved.
   *
   * @param maxMinutes most minutes of this call, infinite for no limit
   * @throws InputException when the loss is no number any more; the checkpoint before is kept
   */
  Training.Result run(double maxMinutes, TrainingListener listener) throws IOException {
    long started = System.nanoTime();
    double before = state.seconds();
    long steps = recipe.schedule().totalSteps();
    Rate rate = new Rate();
    try (TrainingLog log = TrainingLog.open(run.log(), state.step())) {
      while (state.step() < steps && !outOfPatience()) {
        TrainingListener.Step step = step(rate);
        log.step(step);
        double seconds = (System.nanoTime() - started) / 1e9;
        state =
            new TrainingState(step.step(), state.bestLoss(), state.bestStep(), before + seconds);
        // Asking clears the flag: an interrupted thread could not write the checkpoint.
        boolean stop = !listener.step(step) | Thread.interrupted();
        boolean last = state.step() == steps;
        boolean timeUp = seconds > 60 * maxMinutes;
        boolean look = last || state.step() % recipe.validateEvery() == 0 || (timeUp && !stop);
        if (look) {
          stop |= !validate(last, log, listener) | Thread.interrupted();
          rate = new Rate();
        }
        if (look || stop) {
          save();
        }
        if (!last && (stop || timeUp)) {
          return new Training.Result(state, stop ? Training.End.STOPPED : Training.End.MINUTES);
        }
      }
      return new Training.Result(
          state, state.step() == steps ? Training.End.STEPS : Training.End.PATIENCE);
    }
  }

  private boolean outOfPatience() {
    return recipe.patience() > 0
        && state.step() - state.bestStep() >= recipe.patience() * recipe.validateEvery();
  }

  private TrainingListener.Step step(Rate rate) {
    long number = state.step();
    torch.manual_seed(Initialisation.mix(recipe.seed(), DROPOUT + number));
    optimizer.clearGradients();
    List<List<EncodedExample>> passes = new ArrayList<>();
    for (int pass = 0; pass < recipe.accumulate(); pass++) {
      passes.add(augmented(number * recipe.accumulate() + pass));
    }
    long tokens = passes.stream().mapToLong(Trainer::tokens).sum();
    double loss = 0;
    double[] exitLosses = new double[model.exits()];
    for (List<EncodedExample> rows : passes) {
      // Losses are means over tokens: so weighted, several passes make the step of one large batch.
      double share = (double) tokens(rows) / tokens;
      try (PointerScope scope = new PointerScope()) {
        Batch batch = collator.collate(rows);
        List<ExitOutput> exits = model.forward(batch, mode(number));
        Objective.Losses losses = objective.of(exits, parameters.device().integers(batch.labels()));
        losses.total().mul(new Scalar(share)).backward();
        loss += share * losses.total().item_double();
        for (int i = 0; i < exitLosses.length; i++) {
          exitLosses[i] += share * losses.exits().get(i).item_double();
        }
      }
    }
    double norm = optimizer.clip(recipe.clip());
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new InputException(
          "training",
          "the loss of step %d is not a number".formatted(number + 1),
          "give a smaller --learning-rate; the last checkpoint is kept");
    }
    double learningRate = recipe.schedule().at(number);
    optimizer.step(learningRate);
    return new TrainingListener.Step(
        number + 1,
        recipe.schedule().totalSteps(),
        loss,
        Arrays.stream(exitLosses).boxed().toList(),
        norm,
        learningRate,
        rate.after(passes.stream().mapToInt(List::size).sum()));
  }

  /** Frozen layers run as they do in use. */
  private TorchModel.Mode mode(long step) {
    return recipe.freeze()
        ? TorchModel.Mode.USE
        : step < recipe.holdNorms() ? TorchModel.Mode.LEARN : TorchModel.Mode.LEARN_HOLDING_NORMS;
  }

  private static long tokens(List<EncodedExample> rows) {
    return rows.stream().mapToLong(row -> row.labels().length).sum();
  }

  private List<EncodedExample> augmented(long batch) {
    List<EncodedExample> rows = new ArrayList<>();
    Random random = new Random(Initialisation.mix(recipe.seed(), AUGMENTATION + batch));
    Map<EncodedExample.Source, EncodedExample.Source> changed = new IdentityHashMap<>();
    for (EncodedExample example : plan.batch(batch)) {
      EncodedExample.Source source =
          changed.computeIfAbsent(example.source(), own -> recipe.shift().apply(own, random));
      rows.add(new EncodedExample(source, example.prompt(), example.labels()));
    }
    return rows;
  }

  /** Looks at the validation examples; false when an interrupt ended the look. */
  private boolean validate(boolean toTheEnd, TrainingLog log, TrainingListener listener)
      throws IOException {
    Validator.Result result = validator.run(toTheEnd);
    if (result == null) {
      return false;
    }
    boolean best = result.loss() < state.bestLoss();
    TrainingListener.Validation validation =
        new TrainingListener.Validation(
            state.step(), result.loss(), result.exitLosses(), result.exact(), best);
    log.validated(validation);
    if (best) {
      state = new TrainingState(state.step(), result.loss(), state.step(), state.seconds());
      run.saveBest(description, parameters::valuesOrNull);
    }
    listener.validated(validation);
    return true;
  }

  private void save() throws IOException {
    Map<String, float[]> moments = new LinkedHashMap<>();
    optimizer.save((name, values) -> moments.put(RunFolder.OPTIMIZER + name, values));
    run.saveLast(description, parameters::valuesOrNull, moments, state);
  }

  private static final class Rate {
    private final long start = System.nanoTime();
    private long examples;

    double after(int more) {
      examples += more;
      return examples / ((System.nanoTime() - start) / 1e9);
    }
  }
}
