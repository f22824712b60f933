package dev.deed.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.checkpoint.AtomicFiles;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.ExitPolicy;
import dev.deed.model.EncoderFront;
import dev.deed.model.PositionSpec;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFamily;
import dev.deed.processing.ImageProcessor;
import dev.deed.processing.Tokenizer;
import dev.deed.tasks.data.InputLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model with exits: a data set in, a model folder out. Call {@link TorchRuntime#start}
 * before. Not thread-safe.
 *
 * @param data folders with {@code train.jsonl}, {@code val.jsonl} or both; all of a kind are joined
 * @param out folder of the model; {@code training/} inside keeps log, plot and last checkpoint
 * @param start what to start from
 * @param exits exits of a new model, or of a plain one that gets them; null for the default
 * @param maxMinutes most minutes, infinite for no limit
 * @param limit most examples of each file, at least 1
 * @param device where to compute
 * @param resume whether to go on from the last checkpoint in {@code out}
 */
public record Training(
    List<Path> data,
    Path out,
    Start start,
    @Nullable ExitRequest exits,
    TrainingRecipe recipe,
    double maxMinutes,
    int limit,
    TorchDevice device,
    boolean resume) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TRAIN = "train.jsonl";
  private static final String VAL = "val.jsonl";

  public Training {
    data = List.copyOf(data);
  }

  /** What a training starts from. */
  public sealed interface Start {
    /** Random weights. */
    record FromPreset(Preset preset, Vocabulary vocabulary) implements Start {}

    /** A model folder, with or without exits. */
    record FromModel(Path folder) implements Start {}
  }

  /**
   * How a training ended.
   *
   * @param steps made, those of earlier sittings included
   * @param bestLoss smallest validation loss; the model in {@code out} has it
   * @param bestStep when
   * @param finished whether the schedule is at its end or patience was; otherwise it can be resumed
   * @param reason in a few words
   */
  public record Result(
      long steps, double bestLoss, long bestStep, boolean finished, String reason) {}

  /**
   * Runs it.
   *
   * @throws InputException when data, start and recipe do not go together, or {@code out} holds
   *     another training
   */
  public Result run(TrainingListener listener) throws IOException {
    RunFolder run = new RunFolder(out);
    if (resume) {
      requireSameRun(run);
    } else {
      requireNone(run);
      createOrLeaveNothing(run);
      AtomicFiles.writeText(
          run.recipe(), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
    }
    ModelDescription description =
        ModelFamily.describe(Config.read(run.last().resolve(ModelFiles.CONFIG)));
    try (Tokenizer tokenizer = Tokenizer.open(run.last())) {
      ImageProcessor images =
          description.spec().encoder().front() instanceof EncoderFront.Picture
              ? ImageProcessor.open(run.last())
              : null;
      ExampleEncoder encoder = new ExampleEncoder(description, tokenizer, images);
      List<EncodedExample> train = read(run, encoder, TRAIN, listener);
      List<EncodedExample> val = read(run, encoder, VAL, listener);
      if (!resume && start instanceof Start.FromPreset) {
        limitAnswers(run.last(), train, description);
      }
      Integer padding = description.tokens().pad();
      Collator collator =
          new Collator(description.tokens().decoderStart(), padding == null ? 0 : padding, images);
      Trainer trainer = new Trainer(run, recipe, collator, train, val, device);
      Trainer.End end = trainer.run(maxMinutes, listener);
      TrainingState state = trainer.state();
      return new Result(
          state.step(),
          state.bestLoss(),
          state.bestStep(),
          end == Trainer.End.STEPS || end == Trainer.End.PATIENCE,
          switch (end) {
            case STEPS -> "all steps made";
            case PATIENCE -> "no better loss for " + recipe.patience() + " looks";
            case MINUTES -> "time is up";
            case STOPPED -> "stopped";
          });
    }
  }

  private List<EncodedExample> read(
      RunFolder run, ExampleEncoder encoder, String name, TrainingListener listener) {
    if (recipe.loss().kind() != DeepSupervisionLoss.Kind.DISTILL) {
      return read(encoder, name, (line, where) -> encoder.labels(target(line, where)), listener);
    }
    // What has no target is labelled by the model itself, at full depth.
    try (EncoderDecoderModel teacher = EncoderDecoderModel.open(run.last())) {
      GenerationOptions full = GenerationOptions.defaults().withPolicy(ExitPolicy.full());
      TrainingData.Labels labels =
          (line, where) ->
              line.target() != null
                  ? encoder.labels(line.target())
                  : teacher.generate(input(line), full).tokenIds().stream()
                      .mapToInt(Integer::intValue)
                      .toArray();
      return read(encoder, name, labels, listener);
    }
  }

  private List<EncodedExample> read(
      ExampleEncoder encoder, String name, TrainingData.Labels labels, TrainingListener listener) {
    List<EncodedExample> all = new ArrayList<>();
    for (Path file : files(name)) {
      TrainingData read = TrainingData.read(file, encoder, labels, limit, listener);
      all.addAll(report(file, read, listener).examples());
    }
    return all;
  }

  private List<Path> files(String name) {
    List<Path> files =
        data.stream().map(folder -> folder.resolve(name)).filter(Files::exists).toList();
    if (files.isEmpty()) {
      throw new InputException(
          "--data " + data.getFirst(), "there is no " + name, "give a folder of a data set");
    }
    return files;
  }

  private static TrainingData report(Path file, TrainingData read, TrainingListener listener) {
    int tokens = read.examples().stream().mapToInt(e -> e.labels().length).sum();
    listener.note(
        "%s: %,d examples, %,d target tokens%s"
            .formatted(
                file,
                read.examples().size(),
                tokens,
                read.blank() == 0 ? "" : "; left out: %d blank pictures".formatted(read.blank())));
    return read;
  }

  private static String target(InputLine line, String where) {
    if (line.target() == null) {
      throw new InputException(
          where,
          "has no target",
          "give every line a \"target\" or \"targets\", or use --loss distill");
    }
    return line.target();
  }

  private static Input input(InputLine line) {
    return new Input(line.prompt(), line.image(), line.inputIds(), null, null);
  }

  private void createOrLeaveNothing(RunFolder run) throws IOException {
    boolean existed = Files.exists(out);
    try {
      create(run.last());
    } catch (InputException e) {
      run.remove(!existed);
      throw e;
    }
  }

  private void create(Path last) throws IOException {
    switch (start) {
      case Start.FromModel(Path folder) -> NewModel.fromFolder(last, folder, exits, recipe.seed());
      case Start.FromPreset(Preset preset, Vocabulary vocabulary) -> {
        Path tokenizer =
            switch (vocabulary) {
              case Vocabulary.Of(Path folder) -> folder;
              case Vocabulary.Learnt learnt -> {
                Files.createDirectories(last);
                learnt.writeTo(last, files(TRAIN), !preset.readsPictures());
                yield last;
              }
            };
        ExitRequest request = exits == null ? ExitRequest.everywhere() : exits;
        NewModel.fromPreset(last, preset, tokenizer, request, recipe.seed());
      }
    }
  }

  /** Answers may become half as long again as the longest target, and a few tokens more. */
  private static void limitAnswers(
      Path last, List<EncodedExample> train, ModelDescription description) throws IOException {
    int longest = train.stream().mapToInt(e -> e.labels().length).max().orElseThrow();
    int most = 3 * longest / 2 + 8;
    if (description.spec().decoder().positions() instanceof PositionSpec.Learned learned) {
      most = Math.min(most, learned.size());
    }
    Path file = last.resolve(ModelFiles.GENERATION);
    ObjectNode generation = Config.read(file).json();
    generation.put("max_new_tokens", most);
    byte[] text = NewModel.pretty(generation);
    AtomicFiles.write(file, out -> out.write(text));
  }

  private void requireNone(RunFolder run) {
    if (Files.exists(run.last()) || Files.exists(out.resolve(ModelFiles.WEIGHTS))) {
      throw new InputException(
          out.toString(),
          run.begun() ? "holds a training already" : "holds a model already",
          run.begun()
              ? "add --resume to go on with it, or give another --out"
              : "give another --out");
    }
  }

  private void requireSameRun(RunFolder run) throws IOException {
    if (!run.begun() || !Files.exists(run.recipe())) {
      throw new InputException(
          out.toString(), "holds no training to go on with", "leave out --resume to begin one");
    }
    JsonNode before = MAPPER.readTree(Files.readString(run.recipe(), StandardCharsets.UTF_8));
    ObjectNode now = json();
    for (Iterator<String> keys = now.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!now.get(key).toString().equals(String.valueOf(before.get(key)))) {
        throw new InputException(
            "--resume",
            "the training in %s was begun with %s %s, not %s"
                .formatted(out, key, before.get(key), now.get(key)),
            "give the options it was begun with");
      }
    }
  }

  /** What the run was asked to do, as far as it decides the losses. */
  private ObjectNode json() {
    ObjectNode json = recipe.json();
    data.forEach(folder -> json.withArray("data").add(folder.toString()));
    switch (start) {
      case Start.FromModel(Path folder) -> json.put("init", folder.toString());
      case Start.FromPreset(Preset preset, Vocabulary vocabulary) -> {
        json.set("arch", preset.config());
        json.put("vocabulary", vocabulary.toString());
      }
    }
    if (exits != null) {
      json.put("exits", exits.toString());
    }
    if (limit != Integer.MAX_VALUE) {
      json.put("limit", limit);
    }
    return json;
  }
}
