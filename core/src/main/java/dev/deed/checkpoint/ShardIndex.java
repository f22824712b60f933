package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The index of weights in several files, {@code model.safetensors.index.json} for instance. */
public final class ShardIndex {
  private ShardIndex() {}

  /**
   * The files that an index names, in the order of their names. A name with a path in it is
   * refused, so that no file outside the folder is read.
   *
   * @param ending what every name must end with, such as {@code .safetensors}
   * @throws InputException when the index is damaged or names no file of the folder
   */
  public static List<Path> files(Path index, String ending) {
    Config map = Config.read(index).object("weight_map");
    Set<String> names = new TreeSet<>();
    for (JsonNode name : map.json()) {
      String shard = name.asText();
      // Names that others write are plain; a control character would not even be a path.
      if (!shard.endsWith(ending) || !shard.matches("[A-Za-z0-9._-]+")) {
        throw new InputException(
            index.toString(), "names the shard \"" + shard + "\"", "name files of the folder");
      }
      names.add(shard);
    }
    List<Path> files = new ArrayList<>();
    names.forEach(name -> files.add(index.resolveSibling(name)));
    return files;
  }

  /**
   * Writes an index.
   *
   * @param weightMap tensor name to file name
   * @param totalBytes of all tensors
   */
  public static void write(Path index, Map<String, String> weightMap, long totalBytes)
      throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("metadata").put("total_size", totalBytes);
    ObjectNode map = root.putObject("weight_map");
    weightMap.forEach(map::put);
    AtomicFiles.writeText(index, root.toPrettyString() + "\n");
  }
}
