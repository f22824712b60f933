package dev.deed.checkpoint;

import java.util.List;
import java.util.Map;

/**
 * What an adapter must know of the names in a model's files.
 *
 * @param ties names that one tensor may be stored under, the first being that of the place which
 *     reads it: a place whose own name is stored reads that
 * @param renamed a tensor's other name, where a file may have either of two
 */
public record StoredNames(List<List<String>> ties, Map<String, String> renamed) {
  /** Of a model whose tensors have the names of its modules. */
  public static final StoredNames PLAIN = new StoredNames(List.of(), Map.of());

  public StoredNames {
    ties = List.copyOf(ties);
    renamed = Map.copyOf(renamed);
  }

  /** The name that the files have for a tensor; its own where they have none. */
  String stored(String name, Map<String, ?> files) {
    return files.containsKey(name) ? name : renamed.getOrDefault(name, name);
  }
}
