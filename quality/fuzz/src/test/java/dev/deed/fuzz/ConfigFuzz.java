package dev.deed.fuzz;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.ShardIndex;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.ParameterTable;
import dev.deed.processing.picture.ImageProcessor;
import dev.deed.value.InputException;
import java.nio.file.Path;

/** The JSON files of a folder: the same bytes as each of them. */
final class ConfigFuzz {
  private static final Scratch SCRATCH = new Scratch();

  private ConfigFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    Path config = SCRATCH.write("config.json", bytes);
    opensOrRefuses(() -> ParameterTable.of(ModelFamily.describe(Config.read(config)).spec()));
    Path index = SCRATCH.write("model.safetensors.index.json", bytes);
    opensOrRefuses(() -> ShardIndex.files(index, ".safetensors"));
    SCRATCH.write("preprocessor_config.json", bytes);
    opensOrRefuses(() -> ImageProcessor.open(SCRATCH.folder()));
  }

  private static void opensOrRefuses(Runnable door) {
    try {
      door.run();
    } catch (InputException e) {
      return;
    }
  }
}
