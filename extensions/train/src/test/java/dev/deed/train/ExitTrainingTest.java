package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.train.TrainingRecipe.PictureShift;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exits and gates for models that are there already. */
class ExitTrainingTest {
  @TempDir Path data;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
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
    TinyTask.resumed(unlabelled).run(after);
    List<Double> losses = new ArrayList<>(before.losses());
    losses.addAll(after.losses());
    assertThat(losses).isEqualTo(expected.losses());
    assertThat(before.notes).anyMatch(note -> note.contains("labelled by"));
  }

  /**
   * A model that learnt short answers first would else cut off the long ones that it learns now.
   */
  @Test
  void aModelThatGoesOnCanAnswerAsLongAsItsNewTargets() throws IOException {
    TinyTask.pictures(data, 20);
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2);
    Path first = work.resolve("first");
    TinyTask.training(data, first, TinyTask.start("vit-mbart"), recipe).run(new Recorder());
    Path generation = first.resolve("generation_config.json");
    String written = Files.readString(generation);
    Training.Start start = new Training.Start.FromModel(first);
    Files.writeString(generation, written.replaceFirst("(max_new_tokens\"\\s*:\\s*)\\d+", "$1 1"));
    TinyTask.training(data, work.resolve("short"), start, recipe).run(new Recorder());
    assertThat(work.resolve("short/generation_config.json")).hasContent(written);
    String own = written.replaceFirst("(max_new_tokens\"\\s*:\\s*)\\d+", "$1 99");
    Files.writeString(generation, own);
    TinyTask.training(data, work.resolve("own"), start, recipe).run(new Recorder());
    assertThat(work.resolve("own/generation_config.json")).hasContent(own);
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

  @Test
  void freezingLearnsExitsAndLeavesTheRest() throws IOException {
    TinyTask.pictures(data, 40);
    Path base = plainModel();
    Path out = work.resolve("frozen");
    TrainingRecipe plain = TinyTask.recipe(DeepSupervisionLoss.Kind.DISTILL, 20);
    Recorder heard = new Recorder();
    new Training(
            List.of(data),
            List.of(1),
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
      ExitSettings gate = ExitSettings.of(ExitPolicy.GATE, 0.5);
      Input input = Input.ofImage(data.resolve("val1.png"));
      assertThat(model.generate(input, GenerationOptions.defaults().withExits(gate)).tokens())
          .isNotEmpty();
    }
  }

  /** Batch norms learn as long as they may: their statistics move, then stand still. */
  @Test
  void normsAreHeldFromTheirStep() throws IOException {
    TinyTask.pictures(data, 20);
    float[][] means = new float[3][];
    long[] holds = {Long.MAX_VALUE, 0, 4};
    for (int i = 0; i < holds.length; i++) {
      Path out = work.resolve("held-" + i);
      TrainingRecipe r = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 8);
      TrainingRecipe recipe =
          new TrainingRecipe(
              r.loss(),
              false,
              r.batch(),
              r.accumulate(),
              0,
              holds[i],
              new PictureShift(0),
              r.optimizer(),
              r.schedule(),
              r.clip(),
              8,
              r.patience(),
              r.seed());
      TinyTask.training(data, out, TinyTask.start("stem-mbart"), recipe).run(new Recorder());
      try (ModelFolder model = ModelFolder.open(out)) {
        means[i] = model.tensor("encoder.stem.0.norm.running_mean").toFloats();
      }
    }
    assertThat(means[1]).containsOnly(0f);
    assertThat(means[0]).isNotEqualTo(means[1]).isNotEqualTo(means[2]);
    assertThat(means[2]).isNotEqualTo(means[1]);
  }

  private Training gated(Path out, Training.Start start, TrainingRecipe recipe) {
    Training plain = TinyTask.training(data, out, start, recipe);
    return new Training(
        plain.data(),
        plain.times(),
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

  private Path plainModel() throws IOException {
    Path base = work.resolve("base");
    TrainingRecipe last = TinyTask.recipe(DeepSupervisionLoss.Kind.LAST, 60);
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
        0,
        Long.MAX_VALUE,
        r.shift(),
        r.optimizer(),
        r.schedule(),
        r.clip(),
        r.validateEvery(),
        r.patience(),
        r.seed());
  }
}
