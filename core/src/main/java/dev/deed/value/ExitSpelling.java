package dev.deed.value;

import dev.deed.value.ExitSetting.Tie;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and writes the grammar of {@link ExitSettings}. */
final class ExitSpelling {
  private static final String OWN = "default";

  private static final String POLICIES =
      "full, default, static:LAYERS, KIND:THRESHOLDS or copy:KIND:THRESHOLDS, KIND being max_prob,"
          + " margin, entropy, similarity or gate";

  /** What is being read. */
  private final String entry;

  /** Whether it must name all that its policy needs, and nothing else. */
  private final boolean whole;

  /** What was read so far: spelled values by names of settings. */
  private final Map<String, String> texts = new LinkedHashMap<>();

  private ExitSpelling(String entry, boolean whole) {
    this.entry = entry;
    this.whole = whole;
  }

  static String of(ExitSettings settings) {
    ExitPolicy policy = settings.get(ExitSetting.POLICY);
    ExitHistory history = settings.get(ExitSetting.HISTORY);
    ExitSetting<?> head = value(policy);
    List<String> tail = new ArrayList<>();
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      if (settings.isSet(setting)
          && setting != head
          && setting != ExitSetting.POLICY
          && setting != ExitSetting.HISTORY) {
        String text = spelled(settings, setting);
        tail.add(text.equals("true") ? setting.shortName() : setting.shortName() + "=" + text);
      }
    }
    return (history == null ? "" : spelled(settings, ExitSetting.HISTORY) + ":")
        + (policy == null ? OWN : policy.label())
        + (head == null || !settings.isSet(head) ? "" : ":" + spelled(settings, head))
        + (tail.isEmpty() ? "" : "@" + String.join(",", tail));
  }

  private static <T> String spelled(ExitSettings settings, ExitSetting<T> setting) {
    return setting.type().spell(Objects.requireNonNull(settings.get(setting)));
  }

  /** What stands behind a policy's colon; null: nothing does. */
  private static @Nullable ExitSetting<?> value(@Nullable ExitPolicy policy) {
    return policy == null
        ? ExitSetting.THRESHOLD
        : ExitSetting.ALL.stream()
            .filter(each -> each.tie() == Tie.VALUE && each.policies().contains(policy))
            .findFirst()
            .orElse(null);
  }

  static ExitSettings one(String text) {
    ExitSpelling spelling = new ExitSpelling(text.strip(), false);
    SequencedMap<String, ExitSettings> read = spelling.read();
    if (read.size() != 1) {
      throw spelling.wrong("it stands for several", "give one layer or threshold");
    }
    return read.firstEntry().getValue();
  }

  static SequencedMap<String, ExitSettings> list(String text) {
    SequencedMap<String, ExitSettings> all = new LinkedHashMap<>();
    for (String part : text.split(";", -1)) {
      if (!part.isBlank()) {
        new ExitSpelling(part.strip(), true).read().forEach(all::putIfAbsent);
      }
    }
    InputException.require(!all.isEmpty(), "policies", "none is given", "use " + POLICIES);
    return all;
  }

  /** An entry stands for as many settings as it has values, each under its own spelling. */
  private SequencedMap<String, ExitSettings> read() {
    int at = entry.indexOf('@');
    String tail = at < 0 ? "" : entry.substring(at).replaceAll("\\s", "");
    List<String> head = parts(at < 0 ? entry : entry.substring(0, at), ":");
    String prefix = "";
    if (ExitSetting.HISTORY.type().parse(head.getFirst()) != null) {
      texts.put(ExitSetting.HISTORY.name(), head.getFirst());
      prefix = head.removeFirst() + ":";
    }
    String name = head.isEmpty() ? "" : head.removeFirst();
    ExitPolicy policy = policy(name);
    if (at >= 0) {
      readTail(entry.substring(at + 1));
    }
    SequencedMap<String, ExitSettings> read = new LinkedHashMap<>();
    ExitSetting<?> setting = value(policy);
    String values = String.join(":", head);
    if (values.isEmpty()) {
      read.put(prefix + name + tail, settings());
    } else if (setting == null) {
      throw wrong(name + " takes no values", "write " + name + " alone");
    } else {
      for (String value : setting == ExitSetting.EXIT_AT ? layers(values) : parts(values, ",")) {
        texts.put(setting.name(), value);
        read.put(prefix + name + ":" + value + tail, settings());
      }
    }
    return read;
  }

  private @Nullable ExitPolicy policy(String name) {
    ExitPolicy policy = ExitPolicy.named(name);
    String history = texts.get(ExitSetting.HISTORY.name());
    if (history != null
        && (name.isEmpty() || (whole && (policy == null || !policy.isMeasured())))) {
      throw wrong(history + " needs a kind of confidence", "write copy:max_prob:0.9");
    }
    if (policy == null && !name.equals(OWN)) {
      throw wrong("there is no such policy", "use " + POLICIES);
    }
    if (policy != null) {
      texts.put(ExitSetting.POLICY.name(), name);
    }
    return policy;
  }

  /** Layers one by one. */
  private List<String> layers(String text) {
    List<Integer> layers = ExitSetting.LAYERS.type().parse(text);
    if (layers == null) {
      throw wrong(
          "\"" + text + "\" is no layer or range of layers",
          "write numbers from 1 to " + ExitSetting.MOST_LAYERS + ", or 1..6, the lower first");
    }
    return layers.stream().map(String::valueOf).toList();
  }

  /** Reads {@code layers=1,3,6,min=2}: a part without a key goes on with the layers before it. */
  private void readTail(String text) {
    String key = "";
    for (String part : parts(text, ",")) {
      int equals = part.indexOf('=');
      String name = name(part.substring(0, equals < 0 ? part.length() : equals).strip());
      if (equals >= 0) {
        key = name;
        texts.put(name, part.substring(equals + 1).strip());
      } else if (name.equals(ExitSetting.LOSSLESS.name())) {
        key = name;
        texts.put(name, "true");
      } else if (key.equals(ExitSetting.LAYERS.name())) {
        texts.merge(key, part, (before, more) -> before + "," + more);
      } else {
        throw wrong(
            "the setting \"" + part + "\" has no value",
            "write @layers=1,3,6 or @min=2, or several with commas");
      }
    }
  }

  /** The name of a setting that may be given by its short one. */
  private static String name(String key) {
    return ExitSetting.ALL.stream()
        .filter(setting -> setting.shortName().equals(key))
        .findFirst()
        .map(ExitSetting::name)
        .orElse(key);
  }

  private ExitSettings settings() {
    ExitSettings settings = settings(Map.of());
    if (whole) {
      requireWhole(settings);
    }
    return settings;
  }

  private ExitSettings settings(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(texts);
    all.putAll(more);
    return ExitSettings.parse("policy \"" + entry + "\": ", all);
  }

  private void requireWhole(ExitSettings settings) {
    ExitPolicy policy = settings.get(ExitSetting.POLICY);
    ExitSetting<?> needed = null;
    if (policy != null) {
      needed = value(policy);
      if (needed != null && !settings.isSet(needed)) {
        String missing = needed == ExitSetting.EXIT_AT ? "2 or static:1..6" : "0.9";
        throw wrong("it names no " + needed, "write " + policy.label() + ":" + missing);
      }
      if (!settings.isLossless()) {
        // An entry that names its policy takes nothing from the model.
        settings(Map.of(ExitSetting.LOSSLESS.name(), "false"));
      }
    }
    for (ExitSetting<?> other : ExitSetting.ALL) {
      if (other.tie() == Tie.VALUE && other != needed && settings.isSet(other)) {
        throw wrong("it takes no " + other, "write max_prob:0.9 or static:2");
      }
    }
    Integer layer = settings.get(ExitSetting.EXIT_AT);
    Integer least = settings.get(ExitSetting.MIN_LAYER);
    List<Integer> layers = settings.get(ExitSetting.LAYERS);
    if (layer != null
        && ((least != null && layer < least) || (layers != null && !layers.contains(layer)))) {
      // A fixed layer that its own settings exclude would run there all the same.
      throw wrong("its settings exclude layer " + layer, "leave out what follows the @");
    }
  }

  private static List<String> parts(String text, String separator) {
    return Arrays.stream(text.split(separator, -1))
        .map(String::strip)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private InputException wrong(String why, String whatToDo) {
    return new InputException("policy \"" + entry + "\"", why, whatToDo);
  }
}
