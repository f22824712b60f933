package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.data.ParsedLine;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.BatchInput;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchModel;
import dev.deed.train.torch.TorchParameters;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.ExitSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LaTr in LibTorch: against the reference's logits, and trained against the engine. */
final class LatrTrainingTest {
  @TempDir Path data;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"latr", "latr-stem"})
  void everyExitAgreesWithTheReference(String family) {
    Path golden = Golden.path("core", "../families/" + family);
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        ModelFolder folder = ModelFolder.open(golden.resolve("model"))) {
      for (String name : List.of("in0", "in1", "in2")) {
        if (!expected.tensors().containsKey(name + ".input.input_ids")) {
          continue;
        }
        EncodedExample.Source.Page page = page(folder, expected.tensors(), name);
        BatchInput.Pages input =
            new BatchInput.Pages(
                text(page.ids(), 0),
                new int[][] {page.coordinates()},
                pixels(expected.tensors(), name));
        List<float[]> logits = logits(folder, input);
        for (int exit = 1; exit <= 3; exit++) {
          String tensor = exit == 3 ? name + ".logits" : name + ".exit." + exit + ".logits";
          agree(logits.get(exit - 1), tensor(expected.tensors(), tensor).toFloats(), tensor);
        }
      }
    }
  }

  /** Patches keep their distance from the words whatever stands before them. */
  @Test
  void paddingChangesNothing() {
    Path golden = Golden.path("core", "../families/latr");
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        ModelFolder folder = ModelFolder.open(golden.resolve("model"))) {
      EncodedExample.Source.Page page = page(folder, expected.tensors(), "in0");
      int each = page.coordinates().length / page.ids().length;
      int[] coordinates = new int[page.coordinates().length + 3 * each];
      Arrays.fill(coordinates, -1);
      System.arraycopy(page.coordinates(), 0, coordinates, 3 * each, page.coordinates().length);
      BatchInput.Pages padded =
          new BatchInput.Pages(
              text(page.ids(), 3), new int[][] {coordinates}, pixels(expected.tensors(), "in0"));
      agree(
          logits(folder, padded).getLast(),
          tensor(expected.tensors(), "in0.logits").toFloats(),
          "padded");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"latr", "latr-vit", "ofa-stem"})
  void learnsToAnswerAndAnswersAsTheEngineDoes(String preset) throws IOException {
    boolean boxes = !preset.equals("ofa-stem");
    Path set = boxes ? TinyTask.pages(data, 80) : TinyTask.questions(data, 80);
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 60);
    TinyTask.training(set, out, TinyTask.start(preset), recipe).run(heard);
    assertThat(heard.losses().getLast()).isLessThan(0.8 * heard.losses().getFirst());

    TrainingListener.Validation best =
        heard.validations.stream().filter(TrainingListener.Validation::best).toList().getLast();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      for (int exit = 1; exit <= 3; exit++) {
        assertThat(exact(model, set.resolve("val.jsonl"), exit, !boxes))
            .as("exit %d", exit)
            .isCloseTo(best.exact().get(exit - 1), within(1e-9));
      }
    }
  }

  /**
   * Per cent of a file's lines that are answered exactly.
   *
   * @param firstIsBlank whether training left the first one out
   */
  private static double exact(
      EncoderDecoderModel model, Path file, int exit, boolean firstIsBlank) {
    GenerationOptions options = GenerationOptions.defaults().withExits(ExitSettings.atLayer(exit));
    int right = 0;
    int all = 0;
    try (InputReader reader = InputReader.open(file)) {
      for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
        InputLine input = (InputLine) line;
        if (firstIsBlank && input.number() == 1) {
          continue;
        }
        all++;
        right +=
            Objects.equals(input.target(), model.generate(LineInputs.input(input), options).text())
                ? 1
                : 0;
      }
    }
    return 100.0 * right / all;
  }

  private static EncodedExample.Source.Page page(
      ModelFolder folder, Map<String, Tensor> tensors, String name) {
    LayoutAwareFront front = (LayoutAwareFront) folder.spec().encoder().front();
    int[] ids = tensor(tensors, name + ".input.input_ids").toInts();
    Tensor boxes = tensors.get(name + ".input.bbox");
    return new EncodedExample.Source.Page(
        ids, boxes == null ? front.nowhere(ids.length) : front.coordinates(boxes.toFloats()), null);
  }

  /** A row of ids behind padding. */
  private static BatchInput.Text text(int[] ids, int padding) {
    long[] row = new long[padding + ids.length];
    boolean[] mask = new boolean[row.length];
    for (int i = 0; i < ids.length; i++) {
      row[padding + i] = ids[i];
      mask[padding + i] = true;
    }
    return new BatchInput.Text(new long[][] {row}, new boolean[][] {mask});
  }

  private static BatchInput.@Nullable Pictures pixels(Map<String, Tensor> tensors, String name) {
    Tensor pixels = tensors.get(name + ".input.pixel_values");
    if (pixels == null) {
      return null;
    }
    List<Integer> shape = pixels.shape();
    return new BatchInput.Pictures(pixels.toFloats(), 1, shape.get(0), shape.get(1), shape.get(2));
  }

  /** Of every exit, for the prefix of the fixture. */
  private static List<float[]> logits(ModelFolder folder, BatchInput input) {
    long[][] prefix = {{0, 7, 19, 3, 11}};
    try (PointerScope scope = new PointerScope()) {
      TorchModel model =
          new TorchModel(
              folder.spec(), TorchParameters.of(folder, p -> true, TorchDevice.cpu()), 0);
      return model
          .forward(new Batch(input, null, prefix, new long[1][0]), TorchModel.Mode.USE)
          .stream()
          .map(output -> TorchParameters.floats(output.logits()))
          .toList();
    }
  }

  private static void agree(float[] actual, float[] expected, String name) {
    float largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).as(name).containsExactly(expected, within(1e-4f * largest));
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }
}
