package dev.deed.train;

import dev.deed.checkpoint.InputException;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.model.Parameter;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

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
  private final Augmentation augmentation;
  private final Collator collator;
  private final BatchPlan plan;
  private final Validator validator;
  private TrainingState state;

  /** Why a training ended. */
  enum End {
    STEPS,
    MINUTES,
    PATIENCE,
    STOPPED
  }

  /**
   * @param run whose last checkpoint is gone on from
   */
  Trainer(
      RunFolder run,
      TrainingRecipe recipe,
      Collator collator,
      List<EncodedExample> train,
      List<EncodedExample> val,
      TorchDevice device) {
    this.run = run;
    this.recipe = recipe;
    this.collator = collator;
    try (ModelFolder last = ModelFolder.open(run.last())) {
      this.description = last.description();
      this.parameters =
          TorchParameters.of(
              last.spec(),
              parameter ->
                  last.holds(parameter.name()) ? last.tensor(parameter.name()).toFloats() : null,
              parameter -> !recipe.freeze() || parameter.belongsToExits(),
              device);
    }
    if (parameters.trained().isEmpty()) {
      throw new InputException(
          "--freeze", "leaves nothing to learn", "give the model adapters or a gate");
    }
    this.model = new TorchModel(description.spec(), parameters, recipe.dropout());
    this.optimizer =
        new AdamWOptimizer(parameters, recipe.optimizer(), parameter -> parameter.role().decays());
    this.augmentation = new PictureShift(recipe.shift());
    this.plan = new BatchPlan(train, recipe.batch(), recipe.seed());
    this.validator = new Validator(model, recipe.loss(), collator, val, recipe.batch());
    this.state = restore();
  }

  private TrainingState restore() {
    try (SafetensorsFile file = SafetensorsFile.open(run.last().resolve(ModelFiles.WEIGHTS))) {
      TrainingState restored = TrainingState.of(file.metadata());
      if (restored.step() > 0) {
        optimizer.restore(name -> moments(file, name), restored.step());
      }
      return restored;
    } catch (IllegalArgumentException e) {
      throw new InputException(
          run.last().toString(), "is no checkpoint of a training", "start without --resume");
    }
  }

  private static float[] moments(SafetensorsFile file, String name) {
    var tensor = file.tensors().get(RunFolder.OPTIMIZER + name);
    if (tensor == null) {
      throw new IllegalArgumentException("no moments of " + name);
    }
    return tensor.toFloats();
  }

  /**
   * Trains to the end of the schedule, unless something stops it before.
   *
   * @param maxMinutes most minutes of this call, infinite for no limit
   */
  End run(double maxMinutes, TrainingListener listener) throws IOException {
    long started = System.nanoTime();
    double before = state.seconds();
    long steps = recipe.schedule().totalSteps();
    Rate rate = new Rate();
    try (TrainingLog log = TrainingLog.open(run.log(), state.step())) {
      End end = End.STEPS;
      while (state.step() < steps) {
        TrainingListener.Step step = step(rate);
        log.step(step);
        double seconds = (System.nanoTime() - started) / 1e9;
        state =
            new TrainingState(step.step(), state.bestLoss(), state.bestStep(), before + seconds);
        boolean goesOn = listener.step(step);
        if (state.step() % recipe.validateEvery() == 0 || state.step() == steps) {
          validate(log, listener);
          save();
          rate = new Rate();
          if (outOfPatience()) {
            end = End.PATIENCE;
            break;
          }
        }
        if (!goesOn || seconds > 60 * maxMinutes) {
          end = goesOn ? End.MINUTES : End.STOPPED;
          break;
        }
      }
      if (end == End.MINUTES || end == End.STOPPED) {
        save();
      }
      return end;
    }
  }

  TrainingState state() {
    return state;
  }

  private boolean outOfPatience() {
    return recipe.patience() > 0
        && state.step() - state.bestStep() >= recipe.patience() * recipe.validateEvery();
  }

  private TrainingListener.Step step(Rate rate) {
    long number = state.step();
    torch.manual_seed(Initialisation.mix(recipe.seed(), DROPOUT + number));
    optimizer.clearGradients();
    double loss = 0;
    double[] exitLosses = new double[0];
    int examples = 0;
    for (int pass = 0; pass < recipe.accumulate(); pass++) {
      try (PointerScope scope = new PointerScope()) {
        List<EncodedExample> rows = augmented(number * recipe.accumulate() + pass);
        Batch batch = collator.collate(rows);
        // Frozen layers run as they do in use: their batch norms keep their statistics.
        List<ExitOutput> exits = model.forward(batch, !recipe.freeze());
        Tensor labels = parameters.device().integers(batch.labels());
        List<Tensor> own = recipe.loss().exitLosses(exits, labels);
        Tensor total = recipe.loss().total(own);
        loss += total.item_double() / recipe.accumulate();
        if (parameters.holds(GateLoss.WEIGHT) && exits.size() > 1) {
          total = total.add(GateLoss.of(exits, labels, parameters));
        }
        total.mul(new Scalar(1.0 / recipe.accumulate())).backward();
        if (exitLosses.length == 0) {
          exitLosses = new double[own.size()];
        }
        for (int i = 0; i < exitLosses.length; i++) {
          exitLosses[i] += own.get(i).item_double() / recipe.accumulate();
        }
        examples += rows.size();
      }
    }
    double norm = optimizer.clip(recipe.clip());
    double learningRate = recipe.schedule().at(number);
    optimizer.step(learningRate);
    return new TrainingListener.Step(
        number + 1,
        recipe.schedule().totalSteps(),
        loss,
        Arrays.stream(exitLosses).boxed().toList(),
        norm,
        learningRate,
        rate.after(examples));
  }

  private List<EncodedExample> augmented(long batch) {
    List<EncodedExample> rows = new ArrayList<>();
    Random random = new Random(Initialisation.mix(recipe.seed(), AUGMENTATION + batch));
    for (EncodedExample example : plan.batch(batch)) {
      rows.add(augmentation.apply(example, random));
    }
    return rows;
  }

  private void validate(TrainingLog log, TrainingListener listener) throws IOException {
    Validator.Result result = validator.run();
    boolean best = result.loss() < state.bestLoss();
    TrainingListener.Validation validation =
        new TrainingListener.Validation(
            state.step(), result.loss(), result.exitLosses(), result.exact(), best);
    log.validated(validation);
    if (best) {
      state = new TrainingState(state.step(), result.loss(), state.step(), state.seconds());
      run.saveBest(description, this::values);
    }
    LossPlot.write(run.log(), run.plot());
    listener.validated(validation);
  }

  private void save() throws IOException {
    Map<String, float[]> moments = new LinkedHashMap<>();
    optimizer.save((name, values) -> moments.put(RunFolder.OPTIMIZER + name, values));
    run.saveLast(description, this::values, moments, state);
  }

  private float @Nullable [] values(Parameter parameter) {
    return parameters.holds(parameter.name()) ? parameters.values(parameter.name()) : null;
  }

  /** Examples a second since it was made. */
  private static final class Rate {
    private final long start = System.nanoTime();
    private long examples;

    double after(int more) {
      examples += more;
      return examples / ((System.nanoTime() - start) / 1e9);
    }
  }
}
