package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.model.family.ModelFolder;
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
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Teacher-forced logits of every exit against the reference, tolerance of the golden's README. */
class ExitLogitsGoldenTest {
  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_0", "t5-v1_1", "bart", "mbart", "vision"})
  void everyExit(String family) throws IOException {
    Path golden = Golden.path("core", "exits/" + family);
    JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    JsonNode forced = cases.get("teacher_forced");
    long[] prefix = ids(forced.get("prefix"));
    try (ModelFolder folder = ModelFolder.open(golden.resolve("model"));
        SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        PointerScope scope = new PointerScope()) {
      BatchInput input = input(cases.get("inputs").get(forced.get("input").asInt()), expected);
      Batch batch = new Batch(input, null, new long[][] {prefix}, new long[1][0]);
      TorchModel model =
          new TorchModel(
              folder.spec(), TorchParameters.of(folder, p -> true, TorchDevice.cpu()), 0);
      List<Tensor> logits =
          model.forward(batch, TorchModel.Mode.USE).stream().map(ExitOutput::logits).toList();
      assertThat(logits).hasSize(folder.spec().decoderLayers());
      for (int exit = 1; exit <= logits.size(); exit++) {
        float[] reference =
            Objects.requireNonNull(expected.tensors().get("teacher.logits." + exit)).toFloats();
        float largest = 1;
        for (float value : reference) {
          largest = Math.max(largest, Math.abs(value));
        }
        assertThat(TorchParameters.floats(logits.get(exit - 1)))
            .as("exit %d", exit)
            .containsExactly(reference, within(1e-4f * largest));
      }
    }
  }

  private static BatchInput input(JsonNode node, SafetensorsFile tensors) {
    if (node.has("pixel_values")) {
      var pixels = Objects.requireNonNull(tensors.tensors().get(node.get("pixel_values").asText()));
      List<Integer> shape = pixels.shape();
      return new BatchInput.Pictures(
          pixels.toFloats(), 1, shape.get(0), shape.get(1), shape.get(2));
    }
    long[] ids = ids(node);
    boolean[] real = new boolean[ids.length];
    Arrays.fill(real, true);
    return new BatchInput.Text(new long[][] {ids}, new boolean[][] {real});
  }

  private static long[] ids(JsonNode node) {
    JsonNode list = node.isArray() ? node : node.get("ids");
    return StreamSupport.stream(list.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }
}
