package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * The files of an adapter in the form of PEFT, such as LoRA. Transformers applies one that lies
 * beside a model; answers without it would be those of another model.
 */
public final class AdapterFiles {
  private static final List<String> NAMES =
      List.of("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin");

  private AdapterFiles() {}

  /**
   * Refuses a folder that holds some.
   *
   * @throws InputException which names them
   */
  public static void refuse(Path folder) {
    refuse(folder.toString(), name -> Files.exists(folder.resolve(name)));
  }

  /**
   * Refuses a place that holds some.
   *
   * @param place what an error message calls it
   * @param holds whether it has a file of a name
   * @throws InputException which names them
   */
  public static void refuse(String place, Predicate<String> holds) {
    List<String> found = NAMES.stream().filter(holds).toList();
    InputException.require(
        found.isEmpty(),
        place,
        "holds an adapter (" + String.join(", ", found) + "), which is not applied",
        "merge it with PEFT (merge_and_unload, save_pretrained) and give the merged folder, or a"
            + " model without these files");
  }
}
