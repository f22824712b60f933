package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.model.Parameter;
import dev.deed.model.ParameterTable;
import dev.deed.model.family.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings on made-up data, a few seconds each. */
class TrainingTest {
  @TempDir Path data;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  /** Remembers what it hears; asks to stop after a step. */
  private static class Recorder implements TrainingListener {
    final List<Step> steps = new ArrayList<>();
    final List<Validation> validations = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    long stopAfter = Long.MAX_VALUE;

    @Override
    public void note(String line) {
      notes.add(line);
    }

    @Override
    public boolean step(Step step) {
      steps.add(step);
      return step.step() < stopAfter;
    }

    @Override
    public void validated(Validation validation) {
      validations.add(validation);
    }

    List<Double> losses() {
      return steps.stream().map(Step::loss).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "t5-v1_1", "bart", "mbart", "vit-mbart", "vit-trocr", "stem-mbart"})
  void everyPresetLearnsAndItsFolderAnswers(String preset) throws IOException {
    boolean pictures = Preset.named(preset, TinyTask.tiny(preset)).readsPictures();
    Path set = pictures ? TinyTask.pictures(data, 40) : TinyTask.text(data, 80);
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 40);
    Training.Result result = TinyTask.training(set, out, TinyTask.start(preset), recipe).run(heard);

    assertThat(result.end()).isEqualTo(Training.End.STEPS);
    assertThat(heard.steps).hasSize(40);
    assertThat(heard.steps.getLast().exitLosses()).hasSize(3);
    assertThat(heard.losses().getLast()).isLessThan(0.8 * heard.losses().getFirst());
    if (pictures) {
      assertThat(heard.notes.getFirst()).contains("39 examples").contains("left out: 1");
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      Input input =
          pictures ? Input.ofImage(set.resolve("val1.png")) : Input.ofText("red green blue");
      Generation generation =
          model.generate(
              input, GenerationOptions.defaults().withPolicy(ExitPolicy.maxProbability(0.5)));
      assertThat(generation.text()).isNotNull();
      assertThat(generation.steps()).isNotEmpty();
    }
  }

  /** The engine and the trainer are two implementations of one spec. */
  @ParameterizedTest
  @ValueSource(strings = {"t5", "bart", "vit-trocr", "stem-mbart"})
  void validationAccuracyIsThatOfTheEngine(String preset) throws IOException {
    boolean pictures = Preset.named(preset, TinyTask.tiny(preset)).readsPictures();
    Path set = pictures ? TinyTask.pictures(data, 40) : TinyTask.text(data, 80);
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 60);
    TinyTask.training(set, out, TinyTask.start(preset), recipe).run(heard);

    TrainingListener.Validation best =
        heard.validations.stream().filter(TrainingListener.Validation::best).toList().getLast();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      for (int exit = 1; exit <= 3; exit++) {
        GenerationOptions options =
            GenerationOptions.defaults().withPolicy(ExitPolicy.atLayer(exit));
        int right = 0;
        int all = 0;
        for (String line : Files.readAllLines(set.resolve("val.jsonl"))) {
          String[] parts = line.split("\"");
          if (pictures && parts[3].equals("val0.png")) {
            continue;
          }
          Input input = pictures ? Input.ofImage(set.resolve(parts[3])) : Input.ofText(parts[3]);
          all++;
          right += parts[7].equals(model.generate(input, options).text()) ? 1 : 0;
        }
        assertThat(100.0 * right / all)
            .as("exit %d", exit)
            .isCloseTo(best.exact().get(exit - 1), within(1e-9));
      }
    }
  }

  @Test
  void aStoppedRunGoesOnWithTheLossesOfOneThatWasNot() throws IOException {
    TinyTask.pictures(data, 40);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 30);
    Recorder whole = new Recorder();
    TinyTask.training(data, work.resolve("whole"), TinyTask.start("stem-mbart"), recipe).run(whole);

    Path out = work.resolve("stopped");
    Training first = TinyTask.training(data, out, TinyTask.start("stem-mbart"), recipe);
    Recorder before = new Recorder();
    before.stopAfter = 17;
    assertThat(first.run(before).end()).isEqualTo(Training.End.STOPPED);
    Recorder after = new Recorder();
    resumed(first).run(after);

    List<Double> losses = new ArrayList<>(before.losses());
    losses.addAll(after.losses());
    assertThat(losses).isEqualTo(whole.losses());
    assertThat(Files.readAllLines(out.resolve("training/log.jsonl")))
        .hasSameSizeAs(Files.readAllLines(work.resolve("whole/training/log.jsonl")));
    assertThat(Files.readAllBytes(out.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(work.resolve("whole/model.safetensors")));
  }

  @Test
  void aKilledRunGoesOnFromItsLastCheckpoint() throws IOException {
    TinyTask.text(data, 40);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 24);
    Recorder whole = new Recorder();
    TinyTask.training(data, work.resolve("whole"), TinyTask.start("bart"), recipe).run(whole);

    Training first =
        TinyTask.training(data, work.resolve("killed"), TinyTask.start("bart"), recipe);
    Recorder before =
        new Recorder() {
          @Override
          public boolean step(Step step) {
            if (step.step() == 15) {
              throw new IllegalStateException("killed");
            }
            return super.step(step);
          }
        };
    assertThatThrownBy(() -> first.run(before)).hasMessage("killed");
    Recorder after = new Recorder();
    resumed(first).run(after);
    assertThat(after.losses()).isEqualTo(whole.losses().subList(10, 24));
  }

  @Test
  void freezingLearnsExitsAndLeavesTheRest() throws IOException {
    TinyTask.pictures(data, 40);
    Path base = plainModel();
    Path out = work.resolve("frozen");
    TrainingRecipe plain = TinyTask.recipe(DeepSupervisionLoss.Kind.DISTILL, 20);
    Recorder heard = new Recorder();
    new Training(
            List.of(data),
            out,
            new Training.Start.FromModel(base),
            new ExitRequest(null, 8, true),
            frozen(plain),
            Double.POSITIVE_INFINITY,
            Integer.MAX_VALUE,
            TorchDevice.cpu(),
            1,
            false)
        .run(heard);

    assertThat(heard.steps.getLast().exitLosses().getFirst())
        .isLessThan(heard.steps.getFirst().exitLosses().getFirst());
    try (ModelFolder before = ModelFolder.open(base);
        ModelFolder after = ModelFolder.open(out)) {
      for (Parameter parameter : ParameterTable.of(before.spec())) {
        assertThat(after.tensor(parameter.name()).toFloats())
            .as(parameter.name())
            .isEqualTo(before.tensor(parameter.name()).toFloats());
      }
      assertThat(after.tensor("exits.adapters.1.up.weight").toFloats())
          .isNotEqualTo(new float[32 * 8]);
      assertThat(after.holds("exits.gate.weight")).isTrue();
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      ExitPolicy gate = new ExitPolicy.Threshold(Confidence.GATE, 0.5);
      Input input = Input.ofImage(data.resolve("val1.png"));
      assertThat(model.generate(input, GenerationOptions.defaults().withPolicy(gate)).steps())
          .isNotEmpty();
    }
  }

  /** Labels are the base's own answers, also in a resumed sitting. */
  @Test
  void distillationNeedsNoTargets() throws IOException {
    TinyTask.pictures(data, 20);
    Path base = plainModel();
    Path bare = Files.createDirectories(work.resolve("bare"));
    Path answered = Files.createDirectories(work.resolve("answered"));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(base, 1)) {
      for (String file : List.of("train.jsonl", "val.jsonl")) {
        List<String> without = new ArrayList<>();
        List<String> with = new ArrayList<>();
        for (String line : Files.readAllLines(data.resolve(file))) {
          Path image = data.resolve(line.split("\"")[3]);
          String text = model.generate(Input.ofImage(image), GenerationOptions.defaults()).text();
          without.add("{\"image\": \"%s\"}".formatted(image));
          with.add("{\"image\": \"%s\", \"target\": \"%s\"}".formatted(image, text));
        }
        Files.write(bare.resolve(file), without);
        Files.write(answered.resolve(file), with);
      }
    }
    Training.Start start = new Training.Start.FromModel(base);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DISTILL, 10);
    Recorder expected = new Recorder();
    TinyTask.training(answered, work.resolve("a"), start, recipe).run(expected);
    Training unlabelled = TinyTask.training(bare, work.resolve("b"), start, recipe);
    Recorder before = new Recorder();
    before.stopAfter = 4;
    unlabelled.run(before);
    Recorder after = new Recorder();
    resumed(unlabelled).run(after);
    List<Double> losses = new ArrayList<>(before.losses());
    losses.addAll(after.losses());
    assertThat(losses).isEqualTo(expected.losses());
    assertThat(before.notes).anyMatch(note -> note.contains("labelled by"));
  }

  @Test
  void severalPassesMakeTheStepOfOneLargeBatch() throws IOException {
    TinyTask.text(data, 32);
    TrainingRecipe large = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 1);
    Recorder one = new Recorder();
    Recorder four = new Recorder();
    TinyTask.training(data, work.resolve("a"), TinyTask.start("bart"), batches(large, 32, 1))
        .run(one);
    TinyTask.training(data, work.resolve("b"), TinyTask.start("bart"), batches(large, 8, 4))
        .run(four);
    assertThat(four.steps.getFirst().loss()).isCloseTo(one.steps.getFirst().loss(), within(1e-5));
    assertThat(four.steps.getFirst().gradientNorm())
        .isCloseTo(one.steps.getFirst().gradientNorm(), within(1e-4));
  }

  /** The gate learns beside the model and changes no step of it. */
  @Test
  void aGateLearnsAndChangesNothingElse() throws IOException {
    TinyTask.pictures(data, 40);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 20);
    Recorder without = new Recorder();
    Recorder with = new Recorder();
    TinyTask.training(data, work.resolve("a"), TinyTask.start("vit-mbart"), recipe).run(without);
    gated(work.resolve("b"), TinyTask.start("vit-mbart"), recipe).run(with);
    for (int i = 0; i < 20; i++) {
      assertThat(with.steps.get(i).exitLosses()).isEqualTo(without.steps.get(i).exitLosses());
      assertThat(with.steps.get(i).loss()).isGreaterThan(without.steps.get(i).loss());
    }

    Recorder alone = new Recorder();
    Training.Start start = new Training.Start.FromModel(work.resolve("a"));
    gated(work.resolve("c"), start, frozen(recipe)).run(alone);
    assertThat(alone.losses().getLast()).isLessThan(alone.losses().getFirst());
    assertThat(alone.validations.getLast().loss()).isLessThan(alone.validations.getFirst().loss());
  }

  private Training gated(Path out, Training.Start start, TrainingRecipe recipe) {
    Training plain = TinyTask.training(data, out, start, recipe);
    return new Training(
        plain.data(),
        out,
        start,
        new ExitRequest(null, null, true),
        recipe,
        plain.maxMinutes(),
        plain.limit(),
        plain.device(),
        1,
        false);
  }

  @Test
  void endsWhenTimeOrPatienceIsUpWithTheBestModelSaved() throws IOException {
    TinyTask.text(data, 40);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 1000);
    Path out = work.resolve("short");
    Training training = TinyTask.training(data, out, TinyTask.start("bart"), recipe);
    Training hurried =
        new Training(
            training.data(),
            out,
            training.start(),
            null,
            recipe,
            1e-9,
            Integer.MAX_VALUE,
            training.device(),
            1,
            false);
    Training.Result result = hurried.run(new Recorder());
    assertThat(result.end()).isEqualTo(Training.End.MINUTES);
    assertThat(result.bestStep()).isEqualTo(1);
    assertThat(out.resolve("model.safetensors")).exists();

    TrainingRecipe still =
        new TrainingRecipe(
            recipe.loss(),
            false,
            8,
            1,
            0,
            List.of(),
            recipe.optimizer(),
            new LearningRateSchedule(1e-12, 0, 1000, 0),
            1,
            1,
            3,
            7);
    Training.Result tired =
        TinyTask.training(data, work.resolve("tired"), TinyTask.start("bart"), still)
            .run(new Recorder());
    assertThat(tired.end()).isEqualTo(Training.End.PATIENCE);
    assertThat(tired.steps()).isLessThan(50);
  }

  @Test
  void aLossThatIsNoNumberKeepsTheCheckpoint() throws IOException {
    TinyTask.text(data, 40);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 50);
    TrainingRecipe wild =
        new TrainingRecipe(
            recipe.loss(),
            false,
            8,
            1,
            0,
            List.of(),
            recipe.optimizer(),
            new LearningRateSchedule(1e30, 0, 50, 0),
            1,
            1,
            0,
            7);
    Path out = work.resolve("wild");
    assertThatThrownBy(
            () -> TinyTask.training(data, out, TinyTask.start("t5"), wild).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a number");
    try (ModelFolder last = ModelFolder.open(out.resolve("training/last"))) {
      assertThat(last.tensor("decoder.norm.weight").toFloats()).isNotEmpty();
    }
  }

  @Test
  void aRefusedStartLeavesEverythingAsItWas() throws IOException {
    TinyTask.text(data, 10);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2);
    Path out = work.resolve("mine");
    Files.createDirectories(out.resolve("training"));
    Path file = Files.writeString(out.resolve("training/mine.txt"), "precious");
    Training training = TinyTask.training(data, out, TinyTask.start("bart"), recipe);
    assertThatThrownBy(() -> training.run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds a training already");
    assertThat(file).hasContent("precious");

    Path fresh = work.resolve("fresh");
    Files.writeString(data.resolve("val.jsonl"), "{\"prompt\": \"red\"}\n");
    assertThatThrownBy(
            () ->
                TinyTask.training(data, fresh, TinyTask.start("bart"), recipe).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 1: has no target");
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).containsExactly(work.resolve("mine"));
    }
  }

  @Test
  void refusesWhatDoesNotGoTogether() throws IOException {
    TinyTask.pictures(data, 10);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2);
    Path out = work.resolve("model");
    Training training = TinyTask.training(data, out, TinyTask.start("vit-mbart"), recipe);
    assertThatThrownBy(() -> resumed(training).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no training to go on with");
    training.run(new Recorder());
    assertThatThrownBy(() -> training.run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds a training already");
    Training other =
        TinyTask.training(
            data,
            out,
            TinyTask.start("vit-mbart"),
            TinyTask.recipe(DeepSupervisionLoss.Kind.LAST, 2));
    assertThatThrownBy(() -> resumed(other).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was begun with loss \"deed\", not \"last\"");
    Training fewer =
        new Training(
            training.data(),
            out,
            training.start(),
            null,
            recipe,
            training.maxMinutes(),
            5,
            training.device(),
            1,
            true);
    assertThatThrownBy(() -> fewer.run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was begun with limit unset, not 5");
    TinyTask.pictures(data, 12);
    assertThatThrownBy(() -> resumed(training).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was begun with train_examples 9, not 11");
    assertThatThrownBy(
            () ->
                TinyTask.training(data, work.resolve("t5"), TinyTask.start("t5"), recipe)
                    .run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 1: has no prompt");
  }

  private Path plainModel() throws IOException {
    Path base = work.resolve("base");
    TrainingRecipe last = TinyTask.recipe(DeepSupervisionLoss.Kind.LAST, 60);
    TinyTask.training(data, base, TinyTask.start("stem-mbart"), last).run(new Recorder());
    Path config = base.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replaceFirst("(?s),\\s*\"exits\" : \\{.*\\}\\s*$", "\n}"));
    return base;
  }

  private static TrainingRecipe batches(TrainingRecipe r, int batch, int accumulate) {
    return new TrainingRecipe(
        r.loss(),
        false,
        batch,
        accumulate,
        0,
        List.of(),
        r.optimizer(),
        r.schedule(),
        r.clip(),
        r.validateEvery(),
        0,
        r.seed());
  }

  private static TrainingRecipe frozen(TrainingRecipe r) {
    return new TrainingRecipe(
        r.loss(),
        true,
        r.batch(),
        r.accumulate(),
        0,
        r.augmentations(),
        r.optimizer(),
        r.schedule(),
        r.clip(),
        r.validateEvery(),
        r.patience(),
        r.seed());
  }

  private static Training resumed(Training t) {
    return new Training(
        t.data(),
        t.out(),
        t.start(),
        t.exits(),
        t.recipe(),
        t.maxMinutes(),
        t.limit(),
        t.device(),
        t.threads(),
        true);
  }
}
