package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The index of weights in several files, {@code model.safetensors.index.json} for instance. */
public final class ShardIndex {
  private ShardIndex() {}

  /**
   * The files that an index names, in the order of their names, each with the tensors that it is
   * said to hold. A name with a path in it is refused, so that no file outside the folder is read.
   *
   * @param ending what every name must end with, such as {@code .safetensors}
   * @throws InputException when the index is damaged or names no file of the folder
   */
  public static SequencedMap<Path, Set<String>> files(Path index, String ending) {
    Config map = Config.read(index).object("weight_map");
    SortedMap<Path, Set<String>> files = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.json().properties()) {
      String shard = entry.getValue().asText();
      // Names that others write are plain; a control character would not even be a path.
      InputException.require(
          shard.endsWith(ending) && shard.matches("[A-Za-z0-9._-]+"),
          index.toString(),
          "names the shard \"" + shard + "\"",
          "name files of the folder");
      files
          .computeIfAbsent(index.resolveSibling(shard), key -> new LinkedHashSet<>())
          .add(entry.getKey());
    }
    InputException.require(
        !files.isEmpty(), index.toString(), "names no shard", "give the index of the shards");
    return files;
  }

  /**
   * Adds the tensors of a shard to those of the shards before it.
   *
   * @param named tensors that the index says the shard holds
   * @throws InputException when it lacks one of them, or holds one that another shard holds too
   */
  public static void merge(
      Path shard, Map<String, Tensor> tensors, Set<String> named, Map<String, Tensor> all) {
    for (String name : named) {
      InputException.require(
          tensors.containsKey(name),
          shard.toString(),
          "lacks the tensor " + name + ", which the index says it holds",
          "give the index and the shards of one model");
    }
    tensors.forEach(
        (name, tensor) ->
            InputException.require(
                all.putIfAbsent(name, tensor) == null,
                shard.toString(),
                "holds the tensor " + name + ", which another shard holds too",
                "give the files of one model"));
  }

  /**
   * @param weightMap tensor name to file name
   * @param totalBytes of all tensors
   */
  public static void write(Path index, Map<String, String> weightMap, long totalBytes)
      throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("metadata").put("total_size", totalBytes);
    weightMap.forEach(root.putObject("weight_map")::put);
    AtomicFiles.writeText(index, root.toPrettyString() + "\n");
  }
}
