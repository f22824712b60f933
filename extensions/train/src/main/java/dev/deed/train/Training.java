package dev.deed.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.checkpoint.Config;
import dev.deed.data.InputLine;
import dev.deed.files.AtomicFolder;
import dev.deed.files.TargetLock;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.processing.picture.ImageProcessor;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.FolderTokens;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model with exits: a data set in, a model folder out. Call {@link TorchRuntime#start}
 * before. Not thread-safe.
 *
 * @param data folders with {@code train.jsonl}, {@code val.jsonl} or both; all of a kind are joined
 * @param times how often an epoch has the training examples of each folder, 1 or more; one number
 *     for each of {@code data}
 * @param out folder of the model; {@code training/} inside keeps log, plot and last checkpoint
 * @param start what to start from
 * @param exits exits of a new model, or of a plain one that gets them; null for the default
 * @param maxMinutes most minutes, infinite for no limit
 * @param limit most examples of each file, at least 1
 * @param device where to compute
 * @param threads that label inputs without target; LibTorch's are set by {@link TorchRuntime}
 * @param resume whether to go on from the last checkpoint in {@code out}
 */
public record Training(
    List<Path> data,
    List<Integer> times,
    Path out,
    Start start,
    @Nullable ExitRequest exits,
    TrainingRecipe recipe,
    double maxMinutes,
    int limit,
    TorchDevice device,
    int threads,
    boolean resume) {
  private static final String TRAIN = "train.jsonl";
  private static final String VAL = "val.jsonl";

  /**
   * @throws IllegalArgumentException when {@code times} does not go with {@code data}
   */
  public Training {
    data = List.copyOf(data);
    times = List.copyOf(times);
    if (times.size() != data.size() || times.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException(data.size() + " folders " + times + " times");
    }
  }

  public sealed interface Start {
    /** Random weights. */
    record FromPreset(Preset preset, VocabularySource vocabulary) implements Start {}

    /** A model folder, with or without exits. */
    record FromModel(Path folder) implements Start {}
  }

  public enum End {
    STEPS,
    /** Too many looks at the validation examples without a better loss. */
    PATIENCE,
    /** The time is up; it can be resumed. */
    MINUTES,
    /** The listener or an interrupt stopped it; it can be resumed. */
    STOPPED
  }

  /** How a training ended. The state counts earlier sittings too; the model has its best loss. */
  public record Result(TrainingState state, End end) {}

  /**
   * Runs it. When the first step cannot be made, nothing is left in {@code out}.
   *
   * @throws InputException when data, start and recipe do not go together, {@code out} holds
   *     another training, or the loss is no number any more
   * @throws java.util.concurrent.CancellationException when the thread is interrupted before the
   *     first step
   */
  public Result run(TrainingListener listener) throws IOException {
    RunFolder run = new RunFolder(out);
    files(TRAIN);
    files(VAL);
    try (TargetLock lock = TargetLock.on(run.last())) {
      return resume ? goOn(run, listener) : begin(run, listener);
    }
  }

  private Result goOn(RunFolder run, TrainingListener listener) throws IOException {
    requireSameRun(run);
    Prepared prepared = prepare(run, run.last(), listener);
    require(run, prepared.record());
    return train(prepared.trainer(), listener);
  }

  private Result begin(RunFolder run, TrainingListener listener) throws IOException {
    requireNone(run);
    try (AtomicFolder draft = AtomicFolder.begin(run.last())) {
      create(draft.path());
      Prepared prepared = prepare(run, draft.path(), listener);
      run.begin(draft, prepared.record().toPrettyString() + "\n");
      return train(prepared.trainer(), listener);
    }
  }

  private Result train(Trainer trainer, TrainingListener listener) throws IOException {
    try {
      return trainer.run(maxMinutes, listener);
    } catch (RuntimeException e) {
      throw TorchRuntime.inOurWords(e);
    }
  }

  /** A trainer that can make its first step, and what {@code recipe.json} says of the run. */
  private record Prepared(Trainer trainer, ObjectNode record) {}

  private Prepared prepare(RunFolder run, Path from, TrainingListener listener) {
    Config config = Config.read(from.resolve(ModelFiles.CONFIG));
    ModelDescription description = ModelFamily.describe(config);
    TrainedKinds.require(description.spec());
    SpecialTokens tokens = FolderTokens.of(from, config, description);
    EncoderFront front = description.spec().encoder().front();
    try (Tokenizer tokenizer = Tokenizer.open(from);
        FirstModel first =
            start instanceof Start.FromModel(Path folder) ? new FirstModel(folder, threads) : null;
        PictureRows rows = PictureRows.open(from, front, threads)) {
      boolean sees = front.reads().contains(Part.PIXELS) || front.mayRead().contains(Part.PIXELS);
      ImageProcessor images = sees && rows == null ? ImageProcessor.open(from) : null;
      ExampleEncoder encoder =
          new ExampleEncoder(
              description,
              tokens,
              tokenizer,
              images == null ? null : new FittedPictures(images),
              rows,
              SoundRows.of(front, first));
      boolean teaches = recipe.loss().kind() == DeepSupervisionLoss.Kind.DISTILL;
      Teacher teacher = first != null && teaches ? new Teacher(first) : null;
      BiFunction<InputLine, String, int[]> labels =
          (line, where) -> labels(encoder, teacher, line, where);
      List<EncodedExample> train = read(encoder, TRAIN, times, labels, listener);
      List<Integer> once = Collections.nCopies(data.size(), 1);
      List<EncodedExample> val = read(encoder, VAL, once, labels, listener);
      if (teacher != null && teacher.summary() != null) {
        listener.note(teacher.summary());
      }
      if (!resume && start instanceof Start.FromPreset) {
        NewModel.limitAnswers(from, train, description);
      } else if (!resume && !recipe.freeze()) {
        NewModel.makeRoomForAnswers(from, train, description);
      }
      Integer padding = tokens.pad();
      Collator collator =
          new Collator(tokens.decoderStart(), padding == null ? 0 : padding, images);
      if (device.isCpu()) {
        TrainingMemory.of(
                description.spec(), recipe.freeze(), recipe.batch(), collator, List.of(train, val))
            .requireRoom();
      }
      ObjectNode record = json();
      record.put("train_examples", train.size()).put("val_examples", val.size());
      return new Prepared(new Trainer(run, from, recipe, collator, train, val, device), record);
    }
  }

  private static int[] labels(
      ExampleEncoder encoder, @Nullable Teacher teacher, InputLine line, String where) {
    if (line.target() != null) {
      return encoder.labels(where, line, line.target());
    }
    if (teacher == null) {
      throw new InputException(
          where,
          "has no target",
          "give every line a \"target\" or \"targets\", or use --init with --loss distill");
    }
    return teacher.labels(line, where);
  }

  /**
   * @param counts how often each folder's examples are in the list
   */
  private List<EncodedExample> read(
      ExampleEncoder encoder,
      String name,
      List<Integer> counts,
      BiFunction<InputLine, String, int[]> labels,
      TrainingListener listener) {
    List<EncodedExample> all = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      Path file = data.get(i).resolve(name);
      if (Files.exists(file)) {
        TrainingData read = TrainingData.read(file, encoder, labels, limit, listener);
        int count = counts.get(i);
        listener.note(read.summary(file) + (count == 1 ? "" : ", " + count + " times an epoch"));
        for (int time = 0; time < count; time++) {
          all.addAll(read.examples());
        }
      }
    }
    return all;
  }

  private List<Path> files(String name) {
    List<Path> files =
        data.stream().map(folder -> folder.resolve(name)).filter(Files::exists).toList();
    InputException.require(
        !files.isEmpty(),
        "--data " + data.getFirst(),
        "there is no " + name,
        "give a folder of a data set");
    return files;
  }

  private void create(Path draft) {
    switch (start) {
      case Start.FromModel(Path folder) -> NewModel.fromFolder(draft, folder, exits, recipe.seed());
      case Start.FromPreset(Preset preset, VocabularySource vocabulary) -> {
        Path tokenizer =
            switch (vocabulary) {
              case VocabularySource.Of(Path folder) -> folder;
              case VocabularySource.Learnt learnt -> {
                learnt.writeTo(draft, files(TRAIN), preset.texts());
                yield draft;
              }
            };
        ExitRequest request = exits == null ? ExitRequest.everywhere() : exits;
        NewModel.fromPreset(draft, preset, tokenizer, request, recipe.seed());
      }
    }
  }

  private void requireNone(RunFolder run) throws IOException {
    InputException.require(
        !run.isBegun(),
        out.toString(),
        "holds a training already",
        "add --resume to go on with it, or give another --out");
    String there = run.occupant();
    InputException.require(
        there == null, out.toString(), "holds a " + there + " already", "give another --out");
  }

  private void requireSameRun(RunFolder run) throws IOException {
    InputException.require(
        run.isBegun(),
        out.toString(),
        "holds no training to go on with",
        "leave out --resume to begin one");
    require(run, json());
  }

  /** Compares with what the run was begun with; counts of examples are known only after reading. */
  private void require(RunFolder run, ObjectNode now) throws IOException {
    JsonNode before = Config.read(run.recipe()).json();
    boolean counted = now.has("train_examples");
    Set<String> keys = new TreeSet<>();
    now.fieldNames().forEachRemaining(keys::add);
    before.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      if (!counted && key.endsWith("_examples")) {
        continue;
      }
      JsonNode then = before.path(key);
      if (!now.path(key).toString().equals(then.toString())) {
        throw new InputException(
            "--resume",
            "the training in %s was begun with %s %s, not %s"
                .formatted(out, key, shown(then), shown(now.path(key))),
            "give the options and the data it was begun with");
      }
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "unset" : value.toString();
  }

  /** What the run was asked to do, as far as it decides the losses. */
  private ObjectNode json() {
    ObjectNode json = recipe.json();
    data.forEach(folder -> json.withArray("data").add(folder.toString()));
    if (times.stream().anyMatch(count -> count != 1)) {
      times.forEach(json.withArray("times")::add);
    }
    switch (start) {
      case Start.FromModel(Path folder) -> json.put("init", folder.toString());
      case Start.FromPreset(Preset preset, VocabularySource vocabulary) -> {
        json.set("arch", preset.config());
        json.put("vocabulary", vocabulary.text());
      }
    }
    if (exits != null) {
      json.set("exits", exits.json());
    }
    if (limit != Integer.MAX_VALUE) {
      json.put("limit", limit);
    }
    return json;
  }

  /**
   * Labels inputs that have no target with a model's own greedy answers at full depth. Belongs to
   * one thread.
   */
  private static final class Teacher {
    /**
     * Settings of a folder that ask for more than greedy decoding: a teacher needs none of them.
     */
    private static final List<String> BEYOND_GREEDY =
        List.of(
            ("num_beams num_return_sequences do_sample repetition_penalty "
                    + "no_repeat_ngram_size min_new_tokens min_length forced_bos_token_id "
                    + "forced_eos_token_id suppress_tokens begin_suppress_tokens bad_words_ids")
                .split(" "));

    private final FirstModel model;
    private int labelled;
    private int cut;

    Teacher(FirstModel model) {
      this.model = model;
    }

    /**
     * The answer's token ids, the end token last unless it was cut off.
     *
     * @param where file and line, for errors
     * @throws CancellationException when the thread is interrupted
     */
    int[] labels(InputLine line, String where) {
      GenerationOptions options = GenerationOptions.defaults().withExits(ExitSettings.full());
      for (String setting : BEYOND_GREEDY) {
        options = options.withSetting(setting, null);
      }
      try {
        Generation answer = model.model().generate(model.encoded(line), options);
        if (answer.finish() == Finish.CANCELLED) {
          throw new CancellationException("stopped: nothing was learnt yet");
        }
        labelled++;
        cut += answer.finish() == Finish.LENGTH ? 1 : 0;
        return answer.tokenIds().stream().mapToInt(Integer::intValue).toArray();
      } catch (InputException e) {
        throw e.in(where);
      }
    }

    /** How many inputs it labelled, in words; null for none. */
    @Nullable String summary() {
      return labelled == 0
          ? null
          : "%d inputs without a target were labelled by %s at full depth%s"
              .formatted(
                  labelled,
                  model.folder(),
                  cut == 0 ? "" : "; %d answers were cut off by its max_new_tokens".formatted(cut));
    }
  }
}
