package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.Parameter;
import dev.deed.train.torch.TorchDevice;
import dev.deed.train.torch.TorchParameters;
import dev.deed.train.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @Test
  void whatIsWrittenOpensAgainBitForBit(@TempDir Path written) throws IOException {
    Path model = Golden.path("train", "training/bart/model");
    TorchRuntime.start(1);
    Files.copy(model.resolve("config.json"), written.resolve("config.json"));
    try (ModelFolder folder = ModelFolder.open(model)) {
      TorchParameters parameters = TorchParameters.of(folder, p -> true, TorchDevice.cpu());
      ModelFiles.writeWeights(
          written,
          folder.description(),
          parameter ->
              parameters.holds(parameter.name()) ? parameters.values(parameter.name()) : null,
          Map.of(),
          Map.of());
      try (ModelFolder again = ModelFolder.open(written)) {
        assertThat(parameters.trained()).isNotEmpty();
        for (Parameter parameter : parameters.trained()) {
          String name = parameter.name();
          assertThat(again.tensor(name).toFloats()).isEqualTo(folder.tensor(name).toFloats());
        }
      }
    }
  }
}
