package dev.deed.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.files.AtomicFiles;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFolder;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchModel;
import dev.deed.train.torch.TorchModel.ExitOutput;
import dev.deed.train.torch.TorchParameters;
import dev.deed.value.InputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Gatherers;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
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

  /**
   * Losses and accuracy of every exit on held-out examples, teacher-forced. Not thread-safe.
   *
   * @param batches examples of a forward pass each
   */
  private record Validator(
      TorchModel model,
      Objective objective,
      Collator collator,
      List<List<EncodedExample>> batches) {
    /** The examples in batches of similar lengths, of {@code batch} rows at most. */
    static List<List<EncodedExample>> batches(List<EncodedExample> examples, int batch) {
      List<EncodedExample> sorted =
          examples.stream().sorted(Comparator.comparingInt(EncodedExample::length)).toList();
      return EncodedExample.bySides(sorted).stream()
          .flatMap(group -> group.stream().gather(Gatherers.windowFixed(batch)))
          .toList();
    }

    /** Of each exit; {@code exact} is the per cent of examples with every token right. */
    record Result(double loss, List<Double> exitLosses, List<Double> exact) {}

    /**
     * @param toTheEnd whether an interrupt of the thread has to wait
     * @return null when the thread was interrupted
     */
    @Nullable Result run(boolean toTheEnd) {
      double[] losses = new double[model.exits()];
      double[] right = new double[losses.length];
      double total = 0;
      double tokens = 0;
      double rows = 0;
      for (List<EncodedExample> examples : batches) {
        if (!toTheEnd && Thread.currentThread().isInterrupted()) {
          return null;
        }
        try (PointerScope scope = new PointerScope();
            AutoGradMode noGradients = new AutoGradMode(false)) {
          Batch batch = collator.collate(examples);
          Tensor labels = model.parameters().device().integers(batch.labels());
          List<ExitOutput> exits = model.forward(batch, TorchModel.Mode.USE);
          Objective.Losses own = objective.of(exits, labels);
          int count = examples.stream().mapToInt(e -> e.labels().length).sum();
          total += count * own.total().item_double();
          for (int i = 0; i < exits.size(); i++) {
            losses[i] += count * own.exits().get(i).item_double();
            right[i] += rowsRight(exits.get(i).logits(), labels);
          }
          tokens += count;
          rows += examples.size();
        }
      }
      List<Double> exitLosses = new ArrayList<>();
      List<Double> exact = new ArrayList<>();
      for (int i = 0; i < losses.length; i++) {
        exitLosses.add(losses[i] / tokens);
        exact.add(100 * right[i] / rows);
      }
      return new Result(total / tokens, exitLosses, exact);
    }

    private static long rowsRight(Tensor logits, Tensor labels) {
      Tensor best = torch.argmax(logits, new LongOptional(2), false);
      Tensor wrong = best.ne(labels).logical_and(labels.ne(new Scalar(Batch.IGNORED)));
      return labels.size(0) - wrong.any(1).sum().item_long();
    }
  }

  /**
   * {@code log.jsonl}: a line for every step and one for every look at the validation examples.
   * Belongs to one thread.
   */
  private record TrainingLog(BufferedWriter out) implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Opens the log; lines of steps after {@code lastStep}, which will be made again, go. */
    static TrainingLog open(Path file, long lastStep) throws IOException {
      StringBuilder kept = new StringBuilder();
      for (JsonNode line : read(file)) {
        if (line.path("step").asLong() <= lastStep) {
          kept.append(line).append('\n');
        }
      }
      AtomicFiles.writeText(file, kept.toString());
      return new TrainingLog(
          Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
    }

    static List<JsonNode> read(Path file) throws IOException {
      List<JsonNode> lines = new ArrayList<>();
      if (Files.exists(file)) {
        // No character is refused: a damaged line is one that a kill cut short.
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
          try {
            lines.add(MAPPER.readTree(line));
          } catch (JsonProcessingException e) {
            // A line that a kill cut short: its step is made again.
            break;
          }
        }
      }
      return lines;
    }

    void step(TrainingListener.Step step) throws IOException {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.put("step", step.step()).put("loss", step.loss());
      step.exitLosses().forEach(line.putArray("exit_losses")::add);
      line.put("gradient_norm", step.gradientNorm()).put("learning_rate", step.learningRate());
      line.put("examples_per_second", step.examplesPerSecond());
      write(line);
    }

    void validated(TrainingListener.Validation validation) throws IOException {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.put("step", validation.step()).put("val_loss", validation.loss());
      validation.exitLosses().forEach(line.putArray("val_exit_losses")::add);
      validation.exact().forEach(line.putArray("val_exact")::add);
      line.put("best", validation.best());
      write(line);
    }

    private void write(ObjectNode line) throws IOException {
      out.write(line + "\n");
      // For whoever follows the file.
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /**
   * Which examples each batch holds: every epoch all of them in a new order, batches of one size of
   * pictures and of similar lengths so that little is padding. Neighbours of one source stay
   * together, so that few batches encode it again, in parts of an eighth of a batch: what a step
   * learns must not hang on two or three pictures. Parts are shuffled, and so are the repeats of a
   * folder that is read several times an epoch; that two of one source meet is chance. A pure
   * function of seed and batch number, so that a resumed run goes on with the very batches it would
   * have had. Not thread-safe.
   */
  static final class BatchPlan {
    /** Batches among whose examples lengths are sorted: enough to fit, few enough to mix. */
    private static final int POOL = 16;

    private static final int PARTS = 8;

    /** Neighbours of one source each, a part of a batch at most. */
    private final List<List<EncodedExample>> neighbours;

    private final Map<EncodedExample.Source, Integer> lengths = new IdentityHashMap<>();

    private final int size;
    private final long seed;
    private final long perEpoch;
    private long epoch = -1;
    private List<List<EncodedExample>> batches = List.of();

    /**
     * @param size rows of a batch, at least 1
     */
    BatchPlan(List<EncodedExample> examples, int size, long seed) {
      for (EncodedExample example : examples) {
        lengths.merge(example.source(), example.length(), Math::max);
      }
      this.size = Math.min(size, examples.size());
      this.neighbours = neighbours(examples, Math.max(1, this.size / PARTS));
      this.seed = seed;
      this.perEpoch =
          EncodedExample.bySides(examples).stream()
              .mapToLong(group -> Math.ceilDiv(group.size(), this.size))
              .sum();
    }

    long perEpoch() {
      return perEpoch;
    }

    /** The examples of a batch, counted from 0 over all epochs. */
    List<EncodedExample> batch(long number) {
      long wanted = number / perEpoch;
      if (wanted != epoch) {
        batches = order(wanted);
        epoch = wanted;
      }
      return batches.get((int) (number % perEpoch));
    }

    private List<List<EncodedExample>> order(long of) {
      Random random = new Random(Initialisation.mix(seed, of));
      List<List<EncodedExample>> shuffled = new ArrayList<>(neighbours);
      Collections.shuffle(shuffled, random);
      List<EncodedExample> examples = shuffled.stream().flatMap(List::stream).toList();
      Comparator<EncodedExample> byLength =
          Comparator.comparing(example -> lengths.get(example.source()));
      List<List<EncodedExample>> order = new ArrayList<>();
      for (List<EncodedExample> group : EncodedExample.bySides(examples)) {
        group.stream()
            .gather(Gatherers.windowFixed(POOL * size))
            .flatMap(pool -> pool.stream().sorted(byLength).gather(Gatherers.windowFixed(size)))
            .forEach(order::add);
      }
      Collections.shuffle(order, random);
      return order;
    }

    /** Neighbours of one source together, in parts of at most {@code most} examples, at least 1. */
    private static List<List<EncodedExample>> neighbours(List<EncodedExample> examples, int most) {
      List<List<EncodedExample>> all = new ArrayList<>();
      EncodedExample before = null;
      for (EncodedExample example : examples) {
        if (before == null || before.source() != example.source() || all.getLast().size() == most) {
          all.add(new ArrayList<>());
        }
        all.getLast().add(example);
        before = example;
      }
      return all;
    }
  }
}
