package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.Parameter;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.BatchInput;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchModel;
import dev.deed.train.torch.TorchParameters;
import dev.deed.train.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses, gradients and ten AdamW steps against torch's, tolerances of the golden's README. */
class TrainingGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @CsvSource({"t5-v1_1, 0.0", "t5-v1_1, 0.1", "bart, 0.0", "bart, 0.1"})
  void firstStep(String family, String smoothing) throws IOException {
    Path golden = Golden.path("train", "training/" + family);
    JsonNode cases = cases(golden);
    JsonNode step = cases.get("first_step").get("label_smoothing_" + smoothing);
    try (ModelFolder folder = ModelFolder.open(golden.resolve("model"));
        PointerScope scope = new PointerScope()) {
      TorchParameters parameters = TorchParameters.of(folder, p -> true, TorchDevice.cpu());
      Tensor total = forward(folder, parameters, cases, Double.parseDouble(smoothing), step);
      total.backward();
      for (Parameter parameter : parameters.trained()) {
        String name = folder.description().names().toCheckpoint(parameter.name());
        double expected = step.get("grad_norms").get(name).asDouble();
        double actual = parameters.get(parameter.name()).grad().norm().item_double();
        assertThat(actual).as(name).isCloseTo(expected, within(TOLERANCE * expected + 1e-6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_1", "bart"})
  void tenSteps(String family) throws IOException {
    Path golden = Golden.path("train", "training/" + family);
    JsonNode cases = cases(golden);
    for (JsonNode run : cases.get("runs")) {
      try (ModelFolder folder = ModelFolder.open(golden.resolve("model"))) {
        TorchParameters parameters = TorchParameters.of(folder, p -> true, TorchDevice.cpu());
        AdamWOptimizer optimizer =
            new AdamWOptimizer(
                parameters, new AdamWOptimizer.Settings(0.9, 0.999, 1e-8, 0.01), parameter -> true);
        double clip = run.get("clip_grad_norm").asDouble(Double.POSITIVE_INFINITY);
        for (JsonNode step : run.get("steps")) {
          try (PointerScope scope = new PointerScope()) {
            optimizer.clearGradients();
            forward(folder, parameters, cases, 0.0, step).backward();
            double norm = step.get("grad_norm").asDouble();
            assertThat(optimizer.clip(clip)).isCloseTo(norm, within(TOLERANCE * norm));
            optimizer.step(1e-3);
          }
        }
        compareParameters(golden, run.get("name").asText(), folder, parameters);
      }
    }
  }

  private static Tensor forward(
      ModelFolder folder,
      TorchParameters parameters,
      JsonNode cases,
      double smoothing,
      JsonNode expected) {
    Batch batch = batch(cases);
    DeepSupervisionLoss loss = new DeepSupervisionLoss(DeepSupervisionLoss.Kind.DEED, smoothing);
    List<Tensor> losses =
        loss.exitLosses(
            new TorchModel(folder.spec(), parameters, 0).forward(batch, TorchModel.Mode.LEARN),
            parameters.device().integers(batch.labels()));
    assertThat(losses).hasSize(expected.get("exit_losses").size());
    for (int exit = 0; exit < losses.size(); exit++) {
      assertThat((double) losses.get(exit).item_float())
          .as("exit %d", exit + 1)
          .isCloseTo(expected.get("exit_losses").get(exit).asDouble(), within(TOLERANCE));
    }
    Tensor total = loss.total(losses);
    assertThat((double) total.item_float())
        .isCloseTo(expected.get("total").asDouble(), within(TOLERANCE));
    return total;
  }

  private static void compareParameters(
      Path golden, String run, ModelFolder folder, TorchParameters parameters) {
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      int compared = 0;
      for (Parameter parameter : parameters.trained()) {
        String name = folder.description().names().toCheckpoint(parameter.name());
        Map<String, dev.deed.checkpoint.Tensor> tensors = expected.tensors();
        dev.deed.checkpoint.Tensor tensor = tensors.get("after_10." + run + "." + name);
        if (tensor != null) {
          assertThat(parameters.values(parameter.name()))
              .as(name)
              .containsExactly(tensor.toFloats(), within((float) TOLERANCE));
          compared++;
        }
      }
      assertThat(compared).isEqualTo(5);
    }
  }

  private static JsonNode cases(Path golden) throws IOException {
    return new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
  }

  private static Batch batch(JsonNode cases) {
    long[][] mask = rows(cases.get("attention_mask"));
    boolean[][] real = new boolean[mask.length][mask[0].length];
    for (int row = 0; row < mask.length; row++) {
      for (int i = 0; i < mask[row].length; i++) {
        real[row][i] = mask[row][i] != 0;
      }
    }
    return new Batch(
        new BatchInput.Text(rows(cases.get("input_ids")), real),
        null,
        rows(cases.get("decoder_input_ids")),
        rows(cases.get("labels")));
  }

  private static long[][] rows(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .map(
            row ->
                StreamSupport.stream(row.spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .toArray())
        .toArray(long[][]::new);
  }
}
