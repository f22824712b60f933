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
    TorchRuntime.start(1, 0);
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

    assertThat(result.finished()).isTrue();
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
    assertThat(first.run(before).finished()).isFalse();
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

  @Test
  void distillationNeedsNoTargets() throws IOException {
    TinyTask.pictures(data, 20);
    Path base = plainModel();
    for (String file : List.of("train.jsonl", "val.jsonl")) {
      List<String> bare =
          Files.readAllLines(data.resolve(file)).stream()
              .map(line -> line.replaceFirst(", \"target\".*", "}"))
              .toList();
      Files.write(data.resolve(file), bare);
    }
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DISTILL, 10);
    Recorder heard = new Recorder();
    Training.Result result =
        TinyTask.training(
                data, work.resolve("out"), new Training.Start.FromModel(base), frozen(recipe))
            .run(heard);
    assertThat(result.steps()).isEqualTo(10);
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
    assertThatThrownBy(
            () ->
                TinyTask.training(data, work.resolve("t5"), TinyTask.start("t5"), recipe)
                    .run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 1: has no prompt");
  }

  private Path plainModel() throws IOException {
    Path base = work.resolve("base");
    TrainingRecipe last = TinyTask.recipe(DeepSupervisionLoss.Kind.LAST, 20);
    TinyTask.training(data, base, TinyTask.start("stem-mbart"), last).run(new Recorder());
    Path config = base.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replaceFirst("(?s),\\s*\"exits\" : \\{.*\\}\\s*$", "\n}"));
    return base;
  }

  private static TrainingRecipe frozen(TrainingRecipe r) {
    return new TrainingRecipe(
        r.loss(),
        true,
        r.batch(),
        r.accumulate(),
        r.dropout(),
        r.shift(),
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
        true);
  }
}
