package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of an adapter in the form of PEFT, such as LoRA. A folder with the first is an adapter
 * to Transformers, whatever lies beside it: the model is the one that it names.
 */
public final class AdapterFiles {
  public static final String CONFIG = "adapter_config.json";
  public static final String WEIGHTS = "adapter_model.safetensors";

  private AdapterFiles() {}

  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(CONFIG));
  }

  /**
   * Refuses the folder of an adapter as the base of another; one may lie beside its own base.
   *
   * @throws InputException which says how to make a model of it
   */
  public static void refuseInBase(Path base, Path adapter) {
    try {
      if (isIn(base) && !Files.isSameFile(base, adapter)) {
        refuse(base);
      }
    } catch (IOException e) {
      refuse(base);
    }
  }

  /**
   * Refuses the folder of an adapter where a model of its own is needed.
   *
   * @throws InputException which says how to make one
   */
  public static void refuse(Path folder) {
    InputException.require(
        !isIn(folder),
        folder.toString(),
        "holds an adapter (" + CONFIG + "), which is no model of its own",
        "merge it first (deed convert adapter MODEL ADAPTER OUT) and give the new folder");
  }
}
