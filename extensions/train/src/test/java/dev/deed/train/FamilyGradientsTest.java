package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.BatchInput;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchModel;
import dev.deed.train.torch.TorchModel.ExitOutput;
import dev.deed.train.torch.TorchParameters;
import dev.deed.train.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Families on the tiny folders of the repository: logits, loss and gradients of every tensor that
 * trains against Transformers'; {@code tools/make_training_fixtures.py} measures the latter.
 */
class FamilyGradientsTest {
  private static final double TOLERANCE = 1e-4;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5gemma", "t5gemma-plain", "t5gemma2", "florence2", "whisper"})
  void logits(String family) throws IOException {
    Path golden = Golden.path("core", "../families/" + family);
    JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    long[][] prefix = {ids(cases.at("/teacher_forcing/decoder_input_ids"))};
    try (ModelFolder folder = ModelFolder.open(golden.resolve("model"));
        SafetensorsFile file = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = file.tensors();
      TorchModel model =
          new TorchModel(
              folder.spec(), TorchParameters.of(folder, p -> true, TorchDevice.cpu()), 0);
      for (JsonNode node : cases.get("inputs")) {
        String name = node.get("name").asText();
        BatchInput input;
        if (node.has("input_ids")) {
          long[][] ids = {ids(node.get("input_ids"))};
          input = input(folder, ids, ones(ids), tensors, name + ".input.pixel_values");
        } else {
          input = encoded(tensors, Stream.of(name + ".encoder.output"));
        }
        List<ExitOutput> exits =
            model.forward(new Batch(input, null, prefix, new long[1][0]), TorchModel.Mode.USE);
        float[] expected = tensor(tensors, name + ".logits").toFloats();
        float largest = 1;
        for (float value : expected) {
          largest = Math.max(largest, Math.abs(value));
        }
        assertThat(TorchParameters.floats(exits.getLast().logits()))
            .as(name)
            .containsExactly(expected, within(1e-4f * largest));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5gemma", "t5gemma-plain", "t5gemma2", "florence2", "whisper"})
  void lossAndGradients(String family) throws IOException {
    Path model = Golden.path("core", "../families/" + family);
    Path golden = Golden.path("train", "families/" + family + ".json");
    try (ModelFolder folder = ModelFolder.open(model.resolve("model"));
        SafetensorsFile file = SafetensorsFile.open(model.resolve("expected.safetensors"))) {
      for (JsonNode batch : new ObjectMapper().readTree(golden.toFile()).get("batches")) {
        try (PointerScope scope = new PointerScope()) {
          compare(folder, file.tensors(), batch);
        }
      }
    }
  }

  private static void compare(ModelFolder folder, Map<String, Tensor> tensors, JsonNode expected) {
    Set<String> frozen = TrainedKinds.frozen(folder.spec());
    TorchParameters parameters =
        TorchParameters.of(folder, p -> !frozen.contains(p.name()), TorchDevice.cpu());
    BatchInput input =
        expected.has("encoded")
            ? encoded(
                tensors,
                StreamSupport.stream(expected.get("encoded").spliterator(), false)
                    .map(JsonNode::asText))
            : input(
                folder,
                rows(expected.get("input_ids")),
                mask(expected.get("attention_mask")),
                tensors,
                expected.path("pixel_values").asText());
    Batch batch =
        new Batch(
            input, null, rows(expected.get("decoder_input_ids")), rows(expected.get("labels")));
    DeepSupervisionLoss loss = new DeepSupervisionLoss(DeepSupervisionLoss.Kind.LAST, 0);
    org.bytedeco.pytorch.Tensor total =
        loss.exitLosses(
                new TorchModel(folder.spec(), parameters, 0).forward(batch, TorchModel.Mode.LEARN),
                parameters.device().integers(batch.labels()))
            .getLast();
    assertThat(total.item_double()).isCloseTo(expected.get("loss").asDouble(), within(TOLERANCE));
    total.backward();
    assertThat(parameters.trained()).isNotEmpty();
    for (Parameter parameter : parameters.trained()) {
      String name = folder.tensor(parameter.name()).name();
      double norm = Objects.requireNonNull(expected.get("grad_norms").get(name), name).asDouble();
      assertThat(parameters.get(parameter.name()).grad().norm().item_double())
          .as(name)
          .isCloseTo(norm, within(TOLERANCE * norm + 1e-6));
    }
  }

  /** Encoder outputs of sounds, whose encoder is not trained. */
  private static BatchInput encoded(Map<String, Tensor> tensors, Stream<String> names) {
    return new BatchInput.Encoded(names.map(name -> tensor(tensors, name).toFloats()).toList());
  }

  /**
   * @param pixels name of the picture's tensor, which may be missing
   */
  private static BatchInput input(
      ModelFolder folder,
      long[][] ids,
      boolean[][] mask,
      Map<String, Tensor> tensors,
      String pixels) {
    BatchInput.Text text = new BatchInput.Text(ids, mask);
    if (!(folder.spec().encoder().front() instanceof PictureTextFront front)) {
      return text;
    }
    Tensor picture = tensors.get(pixels);
    if (picture == null) {
      return new BatchInput.Placed(text, Collections.nCopies(ids.length, new float[0]));
    }
    StackSpec stack = folder.spec().encoder().stack();
    EncoderFront.Shared shared =
        new EncoderFront.Shared(
            folder.pack((first, count, target) -> {}, 1, stack.width()), new ArrayPool());
    try (ThreadPool pool = ThreadPool.of(1)) {
      EncoderInput seen = EncoderInput.of(Part.PIXELS, EncoderInput.Values.of(picture));
      float[] rows =
          Objects.requireNonNull(front.picture())
              .read(folder, stack, shared)
              .embed(seen, pool)
              .hidden();
      return new BatchInput.Placed(text, List.of(rows));
    }
  }

  private static boolean[][] ones(long[][] ids) {
    boolean[][] mask = new boolean[ids.length][ids[0].length];
    for (boolean[] row : mask) {
      Arrays.fill(row, true);
    }
    return mask;
  }

  private static boolean[][] mask(JsonNode node) {
    long[][] rows = rows(node);
    boolean[][] mask = new boolean[rows.length][rows[0].length];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < rows[row].length; i++) {
        mask[row][i] = rows[row][i] != 0;
      }
    }
    return mask;
  }

  private static long[][] rows(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .map(FamilyGradientsTest::ids)
        .toArray(long[][]::new);
  }

  private static long[] ids(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }
}
