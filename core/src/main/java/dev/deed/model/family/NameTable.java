package dev.deed.model.family;

import dev.deed.model.spec.Names;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Canonical parameter names to the names of a checkpoint, by prefix: {@code
 * decoder.layers.{}.self.query} stands for its weight and its bias, and each {@code {}} for a
 * number, counted from 0: those of the checkpoint's name are the canonical one's, in its order. The
 * longest prefix wins; a name without an entry is its own.
 *
 * @param prefixes canonical to checkpoint
 * @param order canonical name of a layer to all names that its weight may be stored under, the
 *     first that a file holds being read: see {@link #tied}
 * @param others canonical to other checkpoints' names, which are read where the first are not there
 */
public record NameTable(
    Map<String, String> prefixes, Map<String, List<String>> order, Map<String, String> others) {
  private static final Pattern NUMBER = Pattern.compile("\\.(\\d+)(?=\\.|$)");

  public NameTable {
    prefixes = Map.copyOf(prefixes);
    order = Map.copyOf(order);
    others = Map.copyOf(others);
  }

  public NameTable(Map<String, String> prefixes, Map<String, List<String>> order) {
    this(prefixes, order, Map.of());
  }

  /**
   * The names of a model with one table of tokens.
   *
   * @param names all others; changed
   * @param table the decoder's table
   * @param tied whether the head is that table
   */
  static NameTable of(Map<String, String> names, String table, String head, boolean tied) {
    names.put(Names.DECODER.embedding(), table);
    names.put(Names.HEAD, head);
    return new NameTable(names, tied ? tiedHead(table, head) : Map.of());
  }

  /** The reading order of a head that is tied to the decoder's table. */
  static Map<String, List<String>> tiedHead(String table, String head) {
    return tied(table, Map.entry(Names.DECODER.embedding(), table), Map.entry(Names.HEAD, head));
  }

  /**
   * The reading order of places that a model ties to one table, as {@code from_pretrained} of
   * Transformers 5 has it: a place reads what is stored under its own name, even where that differs
   * from the others' table; else the source; and where the source is not stored, the first place
   * that is.
   *
   * @param source name of the table that all are tied to
   * @param places canonical names of layers with their own names, in the order of Transformers
   */
  @SafeVarargs
  static Map<String, List<String>> tied(String source, Map.Entry<String, String>... places) {
    Map<String, List<String>> order = new HashMap<>();
    for (Map.Entry<String, String> place : places) {
      Set<String> names = new LinkedHashSet<>();
      names.add(place.getValue());
      names.add(source);
      for (Map.Entry<String, String> other : places) {
        names.add(other.getValue());
      }
      order.put(place.getKey(), List.copyOf(names));
    }
    return order;
  }

  /** All names of a canonical parameter name in a checkpoint, in the order of reading. */
  public List<String> candidates(String name) {
    int dot = name.lastIndexOf('.');
    List<String> layers = tied(name);
    if (layers != null) {
      return layers.stream().map(layer -> layer + name.substring(dot)).toList();
    }
    String usual = toCheckpoint(name);
    return others.isEmpty() ? List.of(usual) : List.of(usual, translate(name, others));
  }

  /** Layers whose weight a parameter may be; null where it is of none but its own. */
  @Nullable List<String> tied(String name) {
    return order.get(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
  }

  /** The first of a parameter's names that the files hold, its usual name when they hold none. */
  String stored(String name, Map<String, ?> files) {
    return candidates(name).stream()
        .filter(files::containsKey)
        .findFirst()
        .orElseGet(() -> toCheckpoint(name));
  }

  /** The checkpoint's usual name of a canonical parameter name, under which it is written. */
  public String toCheckpoint(String name) {
    return translate(name, prefixes);
  }

  private static String translate(String name, Map<String, String> prefixes) {
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
