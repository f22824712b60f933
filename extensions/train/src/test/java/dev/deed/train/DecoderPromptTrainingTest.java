package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.model.family.ModelFolder;
import dev.deed.processing.picture.ImageProcessor;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.BatchInput;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchModel;
import dev.deed.train.torch.TorchModel.ExitOutput;
import dev.deed.train.torch.TorchParameters;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the decoder is told before it answers: read by it, never learnt. */
class DecoderPromptTrainingTest {
  @TempDir Path data;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @Test
  void promptsAreReadAndNotLearnt() {
    EncodedExample.Source source = new EncodedExample.Source.Ids(new int[] {5});
    List<EncodedExample> examples =
        List.of(
            new EncodedExample(source, new int[] {7, 8}, new int[] {9, 2}),
            new EncodedExample(source, new int[0], new int[] {6, 5, 4}),
            new EncodedExample(source, new int[] {3, 7}, new int[] {2}));
    Batch batch = new Collator(3, 1, null).collate(examples);
    long no = Batch.IGNORED;
    assertThat(batch.decoderInput())
        .isDeepEqualTo(new long[][] {{3, 7, 8, 9}, {3, 6, 5, 1}, {3, 7, 1, 1}});
    // A prompt that begins with the start token gets no other one in front.
    assertThat(batch.labels())
        .isDeepEqualTo(new long[][] {{no, no, 9, 2}, {6, 5, 4, no}, {no, 2, no, no}});
  }

  /** Several questions about one input, and another one between them. */
  @Test
  void anInputOfSeveralExamplesIsEncodedOnce() throws IOException {
    EncodedExample.Source one = new EncodedExample.Source.Ids(new int[] {5, 9, 4});
    EncodedExample.Source other = new EncodedExample.Source.Ids(new int[] {6, 3});
    List<EncodedExample> shared =
        List.of(
            new EncodedExample(one, new int[] {7, 8}, new int[] {9, 2}),
            new EncodedExample(other, new int[0], new int[] {6, 5, 4}),
            new EncodedExample(one, new int[] {3, 7}, new int[] {2}));
    List<EncodedExample> apart =
        shared.stream()
            .map(
                example ->
                    new EncodedExample(
                        new EncodedExample.Source.Ids(
                            ((EncodedExample.Source.Ids) example.source()).ids()),
                        example.prompt(),
                        example.labels()))
            .toList();
    Collator collator = new Collator(3, 1, null);
    Batch batch = collator.collate(shared);
    assertThat(((BatchInput.Text) batch.input()).ids()).hasDimensions(2, 3);
    assertThat(batch.inputs()).containsExactly(0, 1, 0);
    assertThat(collator.collate(apart).inputs()).isNull();
    try (PointerScope scope = new PointerScope();
        ModelFolder folder = ModelFolder.open(Golden.path("core", "exits/bart/model"))) {
      TorchModel model =
          new TorchModel(
              folder.spec(), TorchParameters.of(folder, p -> true, TorchDevice.cpu()), 0);
      List<ExitOutput> exits = model.forward(batch, TorchModel.Mode.USE);
      List<ExitOutput> expected = model.forward(collator.collate(apart), TorchModel.Mode.USE);
      for (int i = 0; i < exits.size(); i++) {
        assertThat(TorchParameters.floats(exits.get(i).logits()))
            .containsExactly(TorchParameters.floats(expected.get(i).logits()), within(1e-5f));
      }
    }
  }

  /** Of one picture the prompt alone decides, so the model has to read it, as the engine does. */
  @Test
  void oneEncodedPictureAnswersSeveralQuestions() throws IOException {
    TinyTask.told(data, 40);
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 300);
    TinyTask.training(data, out, TinyTask.start("stem-mbart"), recipe).run(heard);
    TrainingListener.Validation best =
        heard.validations.stream().filter(TrainingListener.Validation::best).toList().getLast();
    assertThat(best.exact().getLast()).isGreaterThan(90);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      for (int exit = 1; exit <= 3; exit++) {
        GenerationOptions options =
            GenerationOptions.defaults().withExits(ExitSettings.atLayer(exit));
        List<String> lines = Files.readAllLines(data.resolve("val.jsonl"));
        int right = 0;
        for (String line : lines) {
          String[] parts = line.split("\"");
          Input input = Input.ofImage(data.resolve(parts[3])).withDecoderPrompt(parts[7]);
          right += parts[11].equals(model.generate(input, options).text()) ? 1 : 0;
        }
        assertThat(100.0 * right / lines.size())
            .as("exit %d", exit)
            .isCloseTo(best.exact().get(exit - 1), within(1e-9));
      }
    }
  }

  @Test
  void linesOfOneFileShareItsPicture() throws IOException {
    TinyTask.told(data, 2);
    Path model = work.resolve("model");
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2);
    TinyTask.training(data, model, TinyTask.start("stem-mbart"), recipe).run(new Recorder());
    FittedPictures pictures = new FittedPictures(ImageProcessor.open(model));
    StoredPicture first = pictures.of(data.resolve("val0.png"));
    assertThat(pictures.of(data.resolve("val0.png"))).isSameAs(first);
    assertThat(pictures.of(data.resolve("val1.png"))).isNotSameAs(first);
    assertThat(pictures.isBlank()).isFalse();
  }

  @Test
  void promptAndTargetMustFitTheDecoder() throws IOException {
    TinyTask.told(data, 2);
    Map<String, String> settings = TinyTask.tiny("stem-mbart");
    settings.put("decoder.max_position_embeddings", "3");
    Training.Start start =
        new Training.Start.FromPreset(
            Preset.named("stem-mbart", settings), VocabularySource.parse("word:32"));
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2);
    assertThatThrownBy(
            () -> TinyTask.training(data, work.resolve("model"), start, recipe).run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "has a target of 2 tokens behind a decoder_prompt of 2, the decoder has 3 positions");
  }
}
