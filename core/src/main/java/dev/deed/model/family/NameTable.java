package dev.deed.model.family;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Canonical parameter names to the names of a checkpoint, by prefix: {@code
 * decoder.layers.{}.self.query} stands for its weight and its bias, and {@code {}} for the layer's
 * number, counted from 0. The longest prefix wins; a name without an entry is its own.
 */
public final class NameTable {
  private static final Pattern LAYER = Pattern.compile("\\.(\\d+)(?=\\.|$)");

  private final Map<String, String> prefixes;

  /** A table of prefix pairs, canonical to checkpoint. */
  public NameTable(Map<String, String> prefixes) {
    this.prefixes = Map.copyOf(prefixes);
  }

  /** The checkpoint's name of a canonical parameter name. */
  public String toCheckpoint(String name) {
    Matcher number = LAYER.matcher(name);
    String layer = number.find() ? number.group(1) : "";
    String pattern = layer.isEmpty() ? name : number.replaceFirst(".{}");
    String prefix = pattern;
    while (!prefixes.containsKey(prefix)) {
      int dot = prefix.lastIndexOf('.');
      if (dot < 0) {
        return name;
      }
      prefix = prefix.substring(0, dot);
    }
    String checkpoint = prefixes.get(prefix) + pattern.substring(prefix.length());
    return checkpoint.replace("{}", layer);
  }
}
