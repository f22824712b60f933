package dev.deed.value;

import dev.deed.value.ExitSetting.Tie;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a token leaves the decoder: values of {@link ExitSetting}s. Immutable.
 *
 * <p>A setting without a value is unset. Unset settings come from the model's own settings when no
 * policy is set, or the model's own policy without a threshold; otherwise from the defaults.
 *
 * <p>{@link #toString} spells the settings, and {@link #parse(String)} reads the spelling:
 *
 * <pre>
 * settings   = [ history ":" ] policy [ "@" setting { "," setting } ]
 * history    = "jit" | "copy"
 * policy     = "full" | "static" [ ":" layer ] | ( confidence | "default" ) [ ":" number ]
 * confidence = "max_prob" | "margin" | "entropy" | "similarity" | "gate"
 * setting    = name "=" value | "lossless"
 * </pre>
 *
 * A name is that of a setting, or its short one: {@code min}, {@code at}, {@code drafts}, {@code
 * ngrams}. Layers are {@code none} or numbers and ranges with commas between them, such as {@code
 * layers=1..3,6}. Spaces around separators do not count. The settings {@code threshold} and {@code
 * at} hold what the policy itself has no use for; a policy that takes its place may have.
 */
public final class ExitSettings {
  /** The threshold where neither the user nor the model states one. */
  public static final double DEFAULT_THRESHOLD = 0.9;

  private static final ExitSettings OWN = new ExitSettings("", Map.of(), Map.of());

  private final Map<ExitSetting<?>, Object> values;

  /**
   * @param place what errors put before the name of a setting
   * @param values of the right types and within their ranges
   * @param names what errors call settings, where not by their own names
   */
  private ExitSettings(
      String place, Map<ExitSetting<?>, Object> values, Map<ExitSetting<?>, String> names) {
    this.values = Map.copyOf(values);
    ExitPolicy policy = get(ExitSetting.POLICY);
    for (ExitSetting<?> setting : values.keySet()) {
      String name = names.getOrDefault(setting, setting.name());
      if (setting.tie() == Tie.POLICY
          && policy != null
          && !isZero(setting)
          && !setting.policies().contains(policy)) {
        throw wrong(
            place,
            name,
            "the policy " + policy.label() + " does not read it",
            "leave it out, or choose among " + labels(setting));
      }
      if (setting.tie() == Tie.DRAFTS && Boolean.FALSE.equals(get(ExitSetting.LOSSLESS))) {
        throw wrong(place, name, "belongs to lossless exits", "ask for these too, or leave it out");
      }
    }
    if (isLossless() && get(ExitSetting.HISTORY) == ExitHistory.COPY) {
      throw wrong(
          place,
          names.getOrDefault(ExitSetting.LOSSLESS, ExitSetting.LOSSLESS.name()),
          "verifies drafts with the features of every layer, and the history copy has none of"
              + " them",
          "leave out one of the two");
    }
  }

  /** {@return settings of which none is set: the model's own} */
  public static ExitSettings own() {
    return OWN;
  }

  /** {@return settings with which every token runs through all layers} */
  public static ExitSettings full() {
    return OWN.with(ExitSetting.POLICY, ExitPolicy.FULL);
  }

  /**
   * {@return settings with which every token leaves at one layer}
   *
   * @param layer one of the model's exits, from 1
   * @throws InputException when it is not within 1…{@value ExitSetting#MOST_LAYERS}
   */
  public static ExitSettings atLayer(int layer) {
    return OWN.with(ExitSetting.POLICY, ExitPolicy.STATIC).with(ExitSetting.EXIT_AT, layer);
  }

  /**
   * {@return settings with which a token leaves where the largest probability reaches a threshold}
   *
   * @param threshold a probability, 0…1
   * @throws InputException when it is not finite
   */
  public static ExitSettings maxProbability(double threshold) {
    return of(ExitPolicy.MAX_PROB, threshold);
  }

  /**
   * {@return settings with which a token leaves where a confidence reaches a threshold}
   *
   * @param policy that measures the confidence
   * @param threshold any finite number
   * @throws InputException when it is not finite
   */
  public static ExitSettings of(ExitPolicy policy, double threshold) {
    return OWN.with(ExitSetting.POLICY, Objects.requireNonNull(policy, "policy"))
        .with(ExitSetting.THRESHOLD, threshold);
  }

  /**
   * {@return the settings that a JSON object holds} Old names of settings are read too.
   *
   * @param place what errors put before the name of a setting, such as {@code exits.}
   * @param json Booleans, numbers, texts and lists by names of settings; null: unset
   * @throws InputException when there is no such setting, or a value cannot be used; it names the
   *     place and the setting
   */
  public static ExitSettings of(String place, Map<String, ? extends @Nullable Object> json) {
    return read(place, json, false);
  }

  /**
   * {@return the settings that texts spell} Old names of settings are read too.
   *
   * @param place what errors put before the name of a setting, such as {@code --}
   * @param texts spelled values by names of settings, in which hyphens may stand for underscores
   * @throws InputException when there is no such setting, or a value cannot be used; it names the
   *     place and the setting
   */
  public static ExitSettings parse(String place, Map<String, String> texts) {
    return read(place, texts, true);
  }

  private static ExitSettings read(
      String place, Map<String, ? extends @Nullable Object> given, boolean spelled) {
    Map<ExitSetting<?>, Object> values = new HashMap<>();
    Map<ExitSetting<?>, String> names = new HashMap<>();
    given.forEach(
        (name, json) -> {
          ExitSetting<?> setting = ExitSetting.named(spelled ? name.replace('-', '_') : name);
          if (setting == null) {
            throw unknown(place, name);
          }
          if (json == null) {
            return;
          }
          SettingType<?> type = setting.type();
          Object value = spelled ? type.parse((String) json) : type.of(json);
          if (value == null) {
            throw outOfRange(place, name, setting);
          }
          names.put(setting, name);
          Object other = values.put(setting, value);
          if (other != null && !other.equals(value)) {
            throw wrong(
                place,
                name,
                "is another name of a setting that has another value",
                "give it once, as " + setting.name());
          }
        });
    return new ExitSettings(place, values, names);
  }

  private static InputException unknown(String place, String name) {
    return wrong(
        place,
        name,
        "there is no such setting",
        "choose among "
            + ExitSetting.ALL.stream().map(ExitSetting::name).collect(Collectors.joining(", ")));
  }

  /**
   * {@return the settings of one spelling, such as {@code max_prob:0.9@layers=1,3,6,min=2}}
   *
   * @param spelling of the grammar above
   * @throws InputException when it does not follow the grammar, or a setting is out of range
   */
  public static ExitSettings parse(String spelling) {
    return ExitSpelling.one(Objects.requireNonNull(spelling, "spelling"));
  }

  /**
   * Reads a list to compare, such as {@code full; static:1..6; max_prob:0.5,0.9@min=2}: spellings
   * with semicolons between them, of which each names its policy with all that this needs, or is
   * {@code default}. Several layers or thresholds, with commas, stand for as many settings.
   *
   * @param list the spellings
   * @return the settings in the order of the list, each under its spelling there, without spaces;
   *     those that occur twice once
   * @throws InputException when it does not follow the grammar, or a setting is out of range
   */
  public static SequencedMap<String, ExitSettings> parseList(String list) {
    return ExitSpelling.list(Objects.requireNonNull(list, "list"));
  }

  /** {@return the spelling, which {@link #parse(String)} reads} */
  @Override
  public String toString() {
    return ExitSpelling.of(this);
  }

  /**
   * {@return the value of a setting; null where it is unset}
   *
   * @param <T> type of its values
   * @param setting which
   */
  @SuppressWarnings("unchecked") // Values have the types of their settings.
  public <T> @Nullable T get(ExitSetting<T> setting) {
    return (T) values.get(setting);
  }

  /**
   * {@return the same settings but for one}
   *
   * @param <T> type of its values
   * @param setting which
   * @param value its value; null: unset
   * @throws InputException when it is out of range, or does not go with the others
   */
  public <T> ExitSettings with(ExitSetting<T> setting, @Nullable T value) {
    Map<ExitSetting<?>, Object> changed = new HashMap<>(values);
    if (value == null) {
      changed.remove(setting);
    } else {
      if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          Objects.requireNonNull(list.get(i), setting.name() + "[" + i + "]");
        }
      }
      T typed = setting.type().of(setting.type().json(value));
      if (typed == null) {
        throw outOfRange("", setting.name(), setting);
      }
      changed.put(setting, typed);
    }
    return new ExitSettings("", changed, Map.of());
  }

  /** {@return the values as JSON holds them, by name, in the order of the table} */
  public SequencedMap<String, Object> json() {
    SequencedMap<String, Object> json = new LinkedHashMap<>();
    ExitSetting.ALL.forEach(setting -> putJson(json, setting));
    return json;
  }

  private <T> void putJson(Map<String, Object> json, ExitSetting<T> setting) {
    T value = get(setting);
    if (value != null) {
      json.put(setting.name(), setting.type().json(value));
    }
  }

  /** {@return whether drafts are verified} */
  public boolean isLossless() {
    return Boolean.TRUE.equals(get(ExitSetting.LOSSLESS));
  }

  /** {@return the policy where it measures a confidence; null elsewhere, and where it is unset} */
  public @Nullable ExitPolicy measure() {
    ExitPolicy policy = get(ExitSetting.POLICY);
    return policy != null && policy.isMeasured() ? policy : null;
  }

  /** {@return what these say of drafts, and nothing else} */
  public ExitSettings drafts() {
    Map<ExitSetting<?>, Object> drafts = new HashMap<>(values);
    drafts.keySet().removeIf(setting -> setting.tie() != Tie.DRAFTS);
    return new ExitSettings("", drafts, Map.of());
  }

  boolean isSet(ExitSetting<?> setting) {
    return values.containsKey(setting);
  }

  private boolean isZero(ExitSetting<?> setting) {
    return get(setting) instanceof Number number && number.doubleValue() == 0;
  }

  /**
   * {@return what other settings say, and what these say where the others say nothing} Decay and
   * gate belong to the policy that they were said with: where the others name a policy, those of
   * these settings are dropped. What these say of drafts is dropped where the others are not
   * lossless.
   *
   * @param over the settings that go first
   * @throws NullPointerException when it is null
   * @throws InputException when they do not go together
   */
  public ExitSettings overriddenBy(ExitSettings over) {
    Objects.requireNonNull(over, "over");
    return over.onTopOf(this, over.isSet(ExitSetting.POLICY));
  }

  private ExitSettings onTopOf(ExitSettings below, boolean otherPolicy) {
    Map<ExitSetting<?>, Object> merged = new HashMap<>(below.values);
    boolean noDrafts = Boolean.FALSE.equals(get(ExitSetting.LOSSLESS));
    merged
        .keySet()
        .removeIf(
            setting ->
                (otherPolicy && setting.tie() == Tie.POLICY)
                    || (noDrafts && setting.tie() == Tie.DRAFTS));
    merged.putAll(values);
    return new ExitSettings("", merged, Map.of());
  }

  /**
   * {@return these settings with the model's own in place of those that are left to it}
   *
   * @param own the model's own settings
   * @throws InputException when no policy is set, and the model's own does not read what is
   */
  public ExitSettings resolved(ExitSettings own) {
    ExitSetting<?> unread = unread(own);
    ExitPolicy policy = own.get(ExitSetting.POLICY);
    if (unread != null && policy != null) {
      throw InputException.ofField(
          unread.name(),
          "the model's own policy, " + policy.label() + ", does not read it",
          "name a policy that does: " + labels(unread));
    }
    return isAsOwn(own) ? onTopOf(own, false) : this;
  }

  /**
   * {@return whether these settings lack nothing for a model with the given settings of its own}
   * Without a policy, they lack one where the model's own does not read what is set; {@code static}
   * without a layer lacks that, and drafts lack {@code lossless}. {@link #overriddenBy} may add it.
   *
   * @param own the model's own settings; of lossless exits, those by which its drafts leave
   */
  public boolean isComplete(ExitSettings own) {
    if (unread(own) != null) {
      return false;
    }
    ExitSettings all = isAsOwn(own) ? onTopOf(own, false) : this;
    return (all.get(ExitSetting.POLICY) != ExitPolicy.STATIC || all.isSet(ExitSetting.EXIT_AT))
        && (all.isLossless()
            || ExitSetting.ALL.stream().noneMatch(s -> s.tie() == Tie.DRAFTS && isSet(s)));
  }

  /** Whether the model's own settings stand in for what is unset. */
  private boolean isAsOwn(ExitSettings own) {
    ExitPolicy policy = get(ExitSetting.POLICY);
    return policy == null
        || (policy == own.get(ExitSetting.POLICY) && !isSet(ExitSetting.THRESHOLD));
  }

  /** A setting of a policy that is not named, and not the model's own; null: there is none. */
  private @Nullable ExitSetting<?> unread(ExitSettings own) {
    ExitPolicy policy = own.get(ExitSetting.POLICY);
    return isSet(ExitSetting.POLICY) || policy == null
        ? null
        : ExitSetting.ALL.stream()
            .filter(setting -> setting.tie() == Tie.VALUE || setting.tie() == Tie.POLICY)
            .filter(setting -> isSet(setting) && !setting.policies().contains(policy))
            .findFirst()
            .orElse(null);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExitSettings settings && values.equals(settings.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  private static String labels(ExitSetting<?> setting) {
    return setting.policies().stream().map(ExitPolicy::label).collect(Collectors.joining(", "));
  }

  private static InputException outOfRange(String place, String name, ExitSetting<?> setting) {
    String range = setting.type().range();
    return wrong(place, name, "is not " + range, "give " + range + ", or leave it out");
  }

  private static InputException wrong(String place, String name, String why, String whatToDo) {
    return new InputException(place + name, why, whatToDo).about(name);
  }
}
