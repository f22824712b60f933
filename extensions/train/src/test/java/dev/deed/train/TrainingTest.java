package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.model.family.ModelFolder;
import dev.deed.train.TrainingRecipe.LearningRateSchedule;
import dev.deed.train.TrainingRecipe.PictureShift;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings on made-up data, a few seconds each. */
class TrainingTest {
  @TempDir Path data;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "bart", "t5gemma", "vit-mbart"})
  void presetsLearnAndTheirFoldersAnswer(String preset) throws IOException {
    learnsAndItsFolderAnswers(preset);
  }

  @ParameterizedTest
  @Tag("night")
  @ValueSource(strings = {"t5-v1_1", "mbart", "vit-trocr", "stem-mbart"})
  void everyOtherPresetLearnsAndItsFolderAnswers(String preset) throws IOException {
    learnsAndItsFolderAnswers(preset);
  }

  private void learnsAndItsFolderAnswers(String preset) throws IOException {
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
              input, GenerationOptions.defaults().withExits(ExitSettings.maxProbability(0.5)));
      assertThat(generation.text()).isNotNull();
      assertThat(generation.tokens()).isNotEmpty();
    }
  }

  /** The engine and the trainer are two implementations of one spec. */
  @ParameterizedTest
  @CsvSource({"t5,", "bart,", "t5gemma,", "vit-trocr,", "stem-mbart,", "stem-mbart,any size"})
  void validationAccuracyIsThatOfTheEngine(String preset, @Nullable String anySize)
      throws IOException {
    Map<String, String> settings = TinyTask.tiny(preset);
    if (anySize != null) {
      settings.put("encoder.any_size", "true");
      settings.put("encoder.image_size", "[32, 64]");
    }
    Preset tiny = Preset.named(preset, settings);
    boolean pictures = tiny.readsPictures();
    Path set = pictures ? TinyTask.pictures(data, 40, anySize != null) : TinyTask.text(data, 80);
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 60);
    Training.Start start = new Training.Start.FromPreset(tiny, VocabularySource.parse("word:32"));
    TinyTask.training(set, out, start, recipe).run(heard);

    TrainingListener.Validation best =
        heard.validations.stream().filter(TrainingListener.Validation::best).toList().getLast();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      for (int exit = 1; exit <= 3; exit++) {
        GenerationOptions options =
            GenerationOptions.defaults().withExits(ExitSettings.atLayer(exit));
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
    TinyTask.resumed(first).run(after);

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
    TinyTask.resumed(first).run(after);
    assertThat(after.losses()).isEqualTo(whole.losses().subList(10, 24));
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

  /** An epoch has each folder's training examples as often as asked, validation has them once. */
  @Test
  void foldersCountAsOftenAsAsked() throws IOException {
    Path more = Files.createDirectories(work.resolve("more"));
    TinyTask.text(data, 20);
    TinyTask.text(more, 12);
    Training one =
        TinyTask.training(
            data,
            work.resolve("mixed"),
            TinyTask.start("t5"),
            TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2));
    Recorder heard = new Recorder();
    mixed(one, List.of(data, more), List.of(1, 3), false).run(heard);
    assertThat(heard.notes).anyMatch(note -> note.endsWith("3 times an epoch"));
    assertThat(Files.readString(work.resolve("mixed/training/recipe.json")))
        .contains("\"times\" : [ 1, 3 ]")
        .contains("\"train_examples\" : 56")
        .contains("\"val_examples\" : 32");
    assertThatThrownBy(
            () -> mixed(one, List.of(data, more), List.of(3, 1), true).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was begun with times [1,3], not [3,1]");
    assertThatThrownBy(() -> mixed(one, List.of(data), List.of(1, 1), false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> mixed(one, List.of(data), List.of(0), false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Training mixed(Training t, List<Path> data, List<Integer> times, boolean resume) {
    return new Training(
        data,
        times,
        t.out(),
        t.start(),
        t.exits(),
        t.recipe(),
        t.maxMinutes(),
        t.limit(),
        t.device(),
        t.threads(),
        resume);
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
            training.times(),
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
    assertThat(result.state().bestStep()).isEqualTo(1);
    assertThat(out.resolve("model.safetensors")).exists();

    TrainingRecipe still =
        new TrainingRecipe(
            recipe.loss(),
            false,
            8,
            1,
            0,
            Long.MAX_VALUE,
            new PictureShift(0),
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
    assertThat(tired.state().step()).isLessThan(50);
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
            Long.MAX_VALUE,
            new PictureShift(0),
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
    assertThatThrownBy(() -> TinyTask.resumed(training).run(new Recorder()))
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
    assertThatThrownBy(() -> TinyTask.resumed(other).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was begun with loss \"deed\", not \"last\"");
    Training fewer =
        new Training(
            training.data(),
            training.times(),
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
    assertThatThrownBy(() -> TinyTask.resumed(training).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was begun with train_examples 9, not 11");
    assertThatThrownBy(
            () ->
                TinyTask.training(data, work.resolve("t5"), TinyTask.start("t5"), recipe)
                    .run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 1: has no prompt");
  }

  private static TrainingRecipe batches(TrainingRecipe r, int batch, int accumulate) {
    return new TrainingRecipe(
        r.loss(),
        false,
        batch,
        accumulate,
        0,
        Long.MAX_VALUE,
        new PictureShift(0),
        r.optimizer(),
        r.schedule(),
        r.clip(),
        r.validateEvery(),
        0,
        r.seed());
  }
}
