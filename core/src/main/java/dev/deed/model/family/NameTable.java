package dev.deed.model.family;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Canonical parameter names to the names of a checkpoint, by prefix: {@code
 * decoder.layers.{}.self.query} stands for its weight and its bias, and each {@code {}} for a
 * number, counted from 0: those of the checkpoint's name are the canonical one's, in its order. The
 * longest prefix wins; a name without an entry is its own.
 */
public final class NameTable {
  private static final Pattern NUMBER = Pattern.compile("\\.(\\d+)(?=\\.|$)");

  private final Map<String, String> prefixes;
  private final Map<String, List<String>> alternatives;

  /** A table of prefix pairs, canonical to checkpoint. */
  public NameTable(Map<String, String> prefixes) {
    this(prefixes, Map.of());
  }

  /**
   * @param prefixes canonical to checkpoint
   * @param alternatives canonical name of a layer to further names that its weight may be stored
   *     under: a tied table may be kept under any of the names it has in the model
   */
  public NameTable(Map<String, String> prefixes, Map<String, List<String>> alternatives) {
    this.prefixes = Map.copyOf(prefixes);
    this.alternatives = Map.copyOf(alternatives);
  }

  /** Further names of a canonical parameter name, where it lacks the first. */
  public List<String> alternatives(String name) {
    int dot = name.lastIndexOf('.');
    String layer = name.substring(0, Math.max(0, dot));
    return alternatives.getOrDefault(layer, List.of()).stream()
        .map(other -> other + name.substring(dot))
        .toList();
  }

  /** The checkpoint's name of a canonical parameter name. */
  public String toCheckpoint(String name) {
    Matcher matcher = NUMBER.matcher(name);
    List<String> numbers = matcher.results().map(number -> number.group(1)).toList();
    String pattern = matcher.replaceAll(".{}");
    String prefix = pattern;
    while (!prefixes.containsKey(prefix)) {
      int dot = prefix.lastIndexOf('.');
      if (dot < 0) {
        return name;
      }
      prefix = prefix.substring(0, dot);
    }
    String checkpoint = prefixes.get(prefix) + pattern.substring(prefix.length());
    for (String number : numbers) {
      checkpoint = checkpoint.replaceFirst("\\{}", number);
    }
    return checkpoint;
  }
}
