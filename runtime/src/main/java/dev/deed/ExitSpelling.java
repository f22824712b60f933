package dev.deed;

import dev.deed.decode.exit.Confidence;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and writes the grammar of {@link ExitSettings}. */
final class ExitSpelling {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

  private static final Pattern WHOLE_NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:\\.\\.(\\d{1,4}))?");
  private static final String OWN = "default";
  private static final String NO_LAYERS = "none";
  private static final String LOSSLESS = "lossless";

  private static final String POLICIES =
      "full, default, static:LAYERS, KIND:THRESHOLDS or copy:KIND:THRESHOLDS, KIND being max_prob,"
          + " margin, entropy, similarity or gate";

  /** What is being read. */
  private final String entry;

  /** Whether it must name all that its policy needs, and nothing else. */
  private final boolean whole;

  private final ExitBuilder builder = new ExitBuilder();

  private ExitSpelling(String entry, boolean whole) {
    this.entry = entry;
    this.whole = whole;
  }

  static String of(ExitSettings settings) {
    String policy = settings.policy() == null ? OWN : settings.policy();
    boolean fixed = policy.equals(ExitSettings.STATIC);
    boolean full = policy.equals(ExitSettings.FULL);
    Number value = full ? null : settings.threshold();
    if (fixed) {
      value = settings.exitAt();
    }
    List<String> tail = new ArrayList<>();
    add(tail, "layers", spelled(settings.layers()));
    add(tail, "min", settings.minLayer());
    add(tail, "decay", settings.decay());
    add(tail, "gate", settings.gate());
    add(tail, "shortlist", settings.shortlist());
    add(tail, "threshold", fixed || full ? settings.threshold() : null);
    add(tail, "at", fixed ? null : settings.exitAt());
    if (settings.lossless() != null) {
      tail.add(settings.lossless() ? LOSSLESS : LOSSLESS + "=false");
    }
    add(tail, "drafts", settings.draftTokens());
    add(tail, "ngrams", settings.draftNgrams());
    return (settings.history() == null ? "" : label(settings.history()) + ":")
        + policy
        + (value == null ? "" : ":" + value)
        + (tail.isEmpty() ? "" : "@" + String.join(",", tail));
  }

  private static void add(List<String> tail, String key, @Nullable Object value) {
    if (value != null) {
      tail.add(key + "=" + value);
    }
  }

  private static @Nullable String spelled(@Nullable List<Integer> layers) {
    if (layers == null) {
      return null;
    }
    return layers.isEmpty()
        ? NO_LAYERS
        : layers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String label(ExitHistory history) {
    return history.name().toLowerCase(Locale.ROOT);
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
    for (ExitHistory history : ExitHistory.values()) {
      if (prefix.isEmpty() && head.getFirst().equals(label(history))) {
        builder.history = history;
        prefix = head.removeFirst() + ":";
      }
    }
    String policy = head.isEmpty() ? "" : head.removeFirst();
    String values = String.join(":", head);
    policy(policy);
    if (at >= 0) {
      settings(entry.substring(at + 1));
    }
    SequencedMap<String, ExitSettings> read = new LinkedHashMap<>();
    if (values.isEmpty()) {
      read.put(prefix + policy + tail, build());
    } else if (policy.equals(ExitSettings.FULL)) {
      throw wrong("full takes no values", "write full alone");
    } else if (policy.equals(ExitSettings.STATIC)) {
      for (int layer : layers(values)) {
        builder.exitAt = layer;
        read.put(prefix + policy + ":" + layer + tail, build());
      }
    } else {
      for (String value : parts(values, ",")) {
        builder.threshold = number("threshold", value);
        read.put(prefix + policy + ":" + value + tail, build());
      }
    }
    return read;
  }

  private void policy(String name) {
    boolean measured = Confidence.named(name) != null;
    if (builder.history != null && (name.isEmpty() || (whole && !measured))) {
      throw wrong(
          label(builder.history) + " needs a kind of confidence", "write copy:max_prob:0.9");
    }
    boolean known = measured || List.of(OWN, ExitSettings.FULL, ExitSettings.STATIC).contains(name);
    if (!known) {
      throw wrong("there is no such policy", "use " + POLICIES);
    }
    builder.policy = name.equals(OWN) ? null : name;
  }

  /** Reads {@code layers=1,3,6,min=2}: a part without a key goes on with the layers before it. */
  private void settings(String text) {
    String key = "";
    for (String setting : parts(text, ",")) {
      int equals = setting.indexOf('=');
      boolean flag = setting.equals(LOSSLESS);
      if (flag || equals >= 0 || !key.equals("layers")) {
        key = flag ? LOSSLESS : setting.substring(0, Math.max(0, equals)).strip();
      }
      setting(key, flag ? "true" : setting.substring(equals + 1).strip(), setting);
    }
  }

  private void setting(String key, String value, String setting) {
    switch (key) {
      case "layers" -> {
        List<Integer> layers = new ArrayList<>(builder.layers == null ? List.of() : builder.layers);
        layers.addAll(value.equals(NO_LAYERS) ? List.of() : layers(value));
        builder.layers = layers;
      }
      case "min" -> builder.minLayer = layer("min", value);
      case "decay" -> builder.decay = number(key, value);
      case "gate" -> builder.gate = number(key, value);
      case "shortlist" -> builder.shortlist = wholeNumber(key, value);
      case "threshold" -> builder.threshold = number(key, value);
      case "at" -> builder.exitAt = layer("at", value);
      case LOSSLESS -> builder.lossless = truth(key, value);
      case "drafts" -> builder.draftTokens = wholeNumber(key, value);
      case "ngrams" -> builder.draftNgrams = wholeNumber(key, value);
      default ->
          throw wrong(
              "the setting \"" + setting + "\" is unknown",
              "write @layers=1,3,6, @min=2, @decay=0.1, @gate=0.1, @shortlist=8, @lossless, @drafts=4"
                  + " or @ngrams=2, or several");
    }
  }

  private double number(String key, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw wrong("the " + key + " \"" + text + "\" is no number", "give one such as 0.9");
    }
    return Double.parseDouble(text);
  }

  private int wholeNumber(String key, String text) {
    if (!WHOLE_NUMBER.matcher(text).matches()) {
      throw wrong("the " + key + " \"" + text + "\" is no whole number", "give one such as 8");
    }
    return Integer.parseInt(text);
  }

  private boolean truth(String key, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key + " is true or false", "write @" + key + " alone");
    };
  }

  private int layer(String key, String text) {
    List<Integer> layers = layers(text);
    if (layers.size() != 1) {
      throw wrong(key + " takes one layer", "write @" + key + "=2");
    }
    return layers.getFirst();
  }

  private List<Integer> layers(String text) {
    List<Integer> layers = new ArrayList<>();
    for (String part : parts(text, ",")) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw wrong("\"" + part + "\" is no layer", "write numbers from 1, or 1..6");
      }
      int low = Integer.parseInt(range.group(1));
      int high = range.group(2) == null ? low : Integer.parseInt(range.group(2));
      if (low < 1 || high < low || high > ExitSettings.MOST_LAYERS) {
        throw wrong(
            "\"" + part + "\" is no range of layers",
            "write numbers from 1 to " + ExitSettings.MOST_LAYERS + ", the lower first");
      }
      for (int layer = low; layer <= high; layer++) {
        layers.add(layer);
      }
    }
    return layers;
  }

  private ExitSettings build() {
    ExitSettings built;
    try {
      built = builder.build();
      // An entry that names its policy takes nothing from the model.
      if (whole && built.policy() != null && !Boolean.TRUE.equals(built.lossless())) {
        ExitBuilder.requireNoDrafts(built);
      }
    } catch (InputException e) {
      throw e.in("policy \"" + entry + "\"");
    }
    if (whole) {
      requireWhole(built);
    }
    return built;
  }

  private void requireWhole(ExitSettings built) {
    Integer layer = built.exitAt();
    if (built.confidence() != null && built.threshold() == null) {
      throw wrong("it names no threshold", "write " + built.policy() + ":0.9");
    }
    if (built.confidence() == null && built.threshold() != null) {
      throw wrong("it takes no threshold", "write max_prob:0.9");
    }
    if (!ExitSettings.STATIC.equals(built.policy())) {
      if (layer != null) {
        throw wrong("it takes no layer of its own", "write static:" + layer);
      }
    } else if (layer == null) {
      throw wrong("it names no layer", "write static:2 or static:1..6");
    } else if ((built.minLayer() != null && layer < built.minLayer())
        || (built.layers() != null && !built.layers().contains(layer))) {
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
