package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.LoraAdapter;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.WeightFiles;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tensors of a folder by their stored names, with what an adapter makes of them. */
public final class StoredTensors {
  private StoredTensors() {}

  /**
   * Those that a model is bound to.
   *
   * @param stored the folder's files, which also close the adapter's
   * @param adapter folder of a LoRA adapter that is merged as they are read; null: none
   * @throws InputException when the adapter is not one of this model that is read
   */
  static Map<String, Tensor> of(
      WeightFiles stored, Config config, ModelDescription description, @Nullable Path adapter) {
    Map<String, Tensor> found =
        Int8Storage.isUsedBy(config) ? Int8Storage.restored(stored.tensors()) : stored.tensors();
    if (config.origin().endsWith(Config.TABLE_MODEL)) {
      found = TableFormerFolder.divided(found);
    }
    if (adapter == null) {
      return found;
    }
    LoraAdapter lora = LoraAdapter.open(adapter);
    stored.files().add(lora::close);
    return lora.applyTo(found, description.storedNames());
  }

  /**
   * Reads all tensors, in the order of their names (UTF-16 units), whichever files they lie in: as
   * stored, with an adapter as a model is bound to them.
   *
   * @param adapter folder of a LoRA adapter; null: none
   * @throws InputException when the files are missing or damaged
   */
  public static void read(Path folder, @Nullable Path adapter, Consumer<Tensor> reader) {
    try (WeightFiles files = WeightFiles.open(folder)) {
      Map<String, Tensor> tensors = files.tensors();
      if (adapter != null) {
        Config config = ModelFamily.config(folder);
        tensors = of(files, config, ModelFamily.describe(config), adapter);
      }
      new TreeMap<>(tensors).values().forEach(reader);
    }
  }
}
