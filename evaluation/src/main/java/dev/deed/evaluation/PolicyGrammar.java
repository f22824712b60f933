package dev.deed.evaluation;

import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.History;
import dev.deed.model.spec.ExitSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists of policies.
 *
 * <pre>
 * list      = entry { ";" entry }
 * entry     = policy [ "@" setting { "," setting } ]
 * policy    = "full" | "default"
 *           | "static:" layers
 *           | [ "copy:" ] confidence ":" number { "," number }
 * layers    = layer [ ".." layer ] { "," layer [ ".." layer ] }
 * setting   = "layers=" layer { "," layer } | "min=" layer | "decay=" number | "gate=" number
 *           | "shortlist=" number of tokens
 * confidence = "max_prob" | "margin" | "entropy" | "similarity" | "gate"
 * </pre>
 *
 * Spaces around separators do not count. An entry of several layers or numbers stands for as many
 * policies; one that occurs twice runs once. Whether layers suit a model is for the model to say.
 */
public final class PolicyGrammar {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

  private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:\\.\\.(\\d{1,4}))?");

  /** Far above any model's, so that a slip in a range makes no flood of policies. */
  private static final int MOST_LAYERS = 1000;

  private static final String KINDS =
      "full, default, static:LAYERS, KIND:THRESHOLDS or copy:KIND:THRESHOLDS, KIND being max_prob,"
          + " margin, entropy, similarity or gate";

  /** The entry that is being read, for messages. */
  private final String entry;

  private @Nullable List<Integer> layers;
  private int minLayer = 1;
  private double decay;
  private double gate;
  private int shortlist;

  private PolicyGrammar(String entry) {
    this.entry = entry;
  }

  /**
   * Reads a list.
   *
   * @throws InputException when it does not follow the grammar
   */
  public static List<EvaluationPolicy> parse(String list) {
    SequencedMap<String, EvaluationPolicy> policies = new LinkedHashMap<>();
    for (String part : list.split(";", -1)) {
      String entry = part.strip();
      if (!entry.isEmpty()) {
        for (EvaluationPolicy policy : new PolicyGrammar(entry).read()) {
          policies.putIfAbsent(policy.label(), policy);
        }
      }
    }
    if (policies.isEmpty()) {
      throw new InputException("policies", "none is given", "use " + KINDS);
    }
    return List.copyOf(policies.values());
  }

  private List<EvaluationPolicy> read() {
    int at = entry.indexOf('@');
    String suffix = "";
    if (at >= 0) {
      settings(entry.substring(at + 1));
      suffix = "@" + entry.substring(at + 1).replaceAll("\\s", "");
    }
    String[] parts = (at < 0 ? entry : entry.substring(0, at)).split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i].strip();
    }
    List<EvaluationPolicy> policies = new ArrayList<>();
    switch (parts[0]) {
      case "full", "default" -> {
        if (parts.length > 1) {
          throw wrong(parts[0] + " takes no values", "write " + parts[0] + " alone");
        }
        requireNoThreshold();
        ExitPolicy policy = parts[0].equals("full") ? ExitPolicy.full() : null;
        policies.add(policy(parts[0] + suffix, policy, History.JIT));
      }
      case "static" -> {
        if (parts.length != 2 || parts[1].isEmpty()) {
          throw wrong("it names no layer", "write static:2 or static:1..6");
        }
        requireNoThreshold();
        for (int layer : layers(parts[1])) {
          requireMayEmit(layer);
          policies.add(policy("static:" + layer + suffix, ExitPolicy.atLayer(layer), History.JIT));
        }
      }
      case "copy" -> thresholds(parts, 1, "copy:", suffix, History.COPY, policies);
      default -> thresholds(parts, 0, "", suffix, History.JIT, policies);
    }
    return policies;
  }

  private void thresholds(
      String[] parts,
      int first,
      String prefix,
      String suffix,
      History history,
      List<EvaluationPolicy> policies) {
    String kind = first < parts.length ? parts[first] : "";
    Confidence confidence = Confidence.named(kind);
    if (confidence == null) {
      throw first == 1
          ? wrong("copy needs a kind of confidence", "write copy:max_prob:0.9")
          : wrong("there is no such policy", "use " + KINDS);
    }
    if (parts.length != first + 2 || parts[first + 1].isEmpty()) {
      throw wrong("it names no threshold", "write " + prefix + kind + ":0.9");
    }
    if (gate > 0 && !confidence.needsLogits()) {
      throw wrong(kind + " asks no head that a gate could spare", "leave out gate=");
    }
    if (shortlist > 0 && !confidence.suitsShortlist()) {
      throw wrong(kind + " cannot be told from a shortlist", "leave out shortlist=");
    }
    ExitPolicy.Asking asking = new ExitPolicy.Asking(gate, shortlist);
    for (String text : parts[first + 1].split(",", -1)) {
      String number = text.strip();
      if (!NUMBER.matcher(number).matches() || Double.isInfinite(Double.parseDouble(number))) {
        throw wrong(
            "the threshold \"" + number + "\" is no number",
            "write " + prefix + kind + ":0.9 or several with commas");
      }
      policies.add(
          policy(
              prefix + kind + ":" + number + suffix,
              new ExitPolicy.Threshold(confidence, Double.parseDouble(number), decay, asking, null),
              history));
    }
  }

  private EvaluationPolicy policy(String label, @Nullable ExitPolicy policy, History history) {
    return new EvaluationPolicy(label, policy, layers, minLayer, history);
  }

  /** Reads {@code layers=1,3,6,min=2}: a part without a key goes on with the layers before it. */
  private void settings(String text) {
    boolean inLayers = false;
    for (String part : text.split(",", -1)) {
      String setting = part.strip();
      if (setting.startsWith("layers=")) {
        layers = layers == null ? new ArrayList<>() : layers;
        layers.addAll(layers(setting.substring("layers=".length())));
        inLayers = true;
      } else if (setting.startsWith("min=")) {
        List<Integer> least = layers(setting.substring("min=".length()));
        if (least.size() != 1) {
          throw wrong("min takes one layer", "write @min=2");
        }
        minLayer = least.getFirst();
        inLayers = false;
      } else if (setting.startsWith("decay=")) {
        decay = number(setting, "decay", Double.MAX_VALUE);
        inLayers = false;
      } else if (setting.startsWith("gate=")) {
        gate = number(setting, "gate", 1);
        inLayers = false;
      } else if (setting.startsWith("shortlist=")) {
        shortlist = shortlist(setting.substring("shortlist=".length()));
        inLayers = false;
      } else if (inLayers && layers != null) {
        layers.addAll(layers(setting));
      } else {
        throw wrong(
            "the setting \"" + setting + "\" is unknown",
            "write @layers=1,3,6, @min=2, @decay=0.1, @gate=0.1 or @shortlist=8, or several");
      }
    }
  }

  /** What follows {@code key=}. */
  private double number(String setting, String key, double most) {
    String number = setting.substring(key.length() + 1);
    if (!NUMBER.matcher(number).matches()
        || !(Double.parseDouble(number) >= 0)
        || Double.parseDouble(number) > most) {
      String range = most == 1 ? "is no number from 0 to 1" : "is no number from 0";
      throw wrong("the " + key + " \"" + number + "\" " + range, "write @" + key + "=0.1");
    }
    return Double.parseDouble(number);
  }

  private int shortlist(String text) {
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) > ExitSpec.MOST_SHORTLIST) {
      throw wrong(
          "the shortlist \"" + text + "\" is no number from 0 to " + ExitSpec.MOST_SHORTLIST,
          "write @shortlist=8");
    }
    return Integer.parseInt(text);
  }

  private List<Integer> layers(String text) {
    List<Integer> result = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        throw wrong("\"" + part.strip() + "\" is no layer", "write numbers from 1, or 1..6");
      }
      int low = Integer.parseInt(range.group(1));
      int high = range.group(2) == null ? low : Integer.parseInt(range.group(2));
      if (low < 1 || high < low || high > MOST_LAYERS) {
        throw wrong(
            "\"" + part.strip() + "\" is no range of layers",
            "write numbers from 1 to " + MOST_LAYERS + ", the lower first");
      }
      for (int layer = low; layer <= high; layer++) {
        result.add(layer);
      }
    }
    return result;
  }

  private void requireNoThreshold() {
    if (decay > 0 || gate > 0 || shortlist > 0) {
      throw wrong(
          "decay, gate and shortlist belong to a threshold", "write max_prob:0.9@decay=0.1");
    }
  }

  /** A fixed layer that its own settings exclude would run there all the same. */
  private void requireMayEmit(int layer) {
    if (layer < minLayer || (layers != null && !layers.contains(layer))) {
      throw wrong("its settings exclude layer " + layer, "leave out what follows the @");
    }
  }

  private InputException wrong(String why, String whatToDo) {
    return new InputException("policy \"" + entry + "\"", why, whatToDo);
  }
}
