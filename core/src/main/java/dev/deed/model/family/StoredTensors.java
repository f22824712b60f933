package dev.deed.model.family;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.ShardIndex;
import dev.deed.checkpoint.Tensor;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a folder's safetensors files, one or several, by their names there. They can be
 * read until {@link #close()}. Thread-safe.
 */
record StoredTensors(List<SafetensorsFile> files, Map<String, Tensor> byName)
    implements AutoCloseable {
  /**
   * Opens {@code model.safetensors}, else the files that {@code model.safetensors.index.json}
   * names.
   *
   * @throws InputException when a file is missing or damaged, or the weights are stored otherwise
   */
  static StoredTensors open(Path folder) {
    Path single = folder.resolve("model.safetensors");
    Path index = folder.resolve("model.safetensors.index.json");
    boolean sharded = !Files.exists(single) && Files.exists(index);
    if (!sharded && !Files.exists(single)) {
      refuseOtherWeights(folder);
    }
    StoredTensors opened = new StoredTensors(new ArrayList<>(), new LinkedHashMap<>());
    try {
      Map<Path, Set<String>> shards =
          sharded ? ShardIndex.files(index, ".safetensors") : Map.of(single, Set.of());
      shards.forEach(opened::add);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void add(Path shard, Set<String> named) {
    SafetensorsFile file = SafetensorsFile.open(shard);
    files.add(file);
    ShardIndex.merge(shard, file.tensors(), named, byName);
  }

  private static void refuseOtherWeights(Path folder) {
    for (String name : List.of("pytorch_model.bin", "pytorch_model.bin.index.json")) {
      InputException.require(
          !Files.exists(folder.resolve(name)),
          folder.toString(),
          "holds its weights as " + name + ", not as model.safetensors",
          "run: deed convert checkpoint " + folder + " --out NEW_FOLDER");
    }
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
