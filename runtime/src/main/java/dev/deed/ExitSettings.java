package dev.deed;

import dev.deed.decode.exit.Confidence;
import dev.deed.model.spec.ExitSpec;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When steps stop, as users say it: in options, in lines of input, in lists of policies to compare.
 * Immutable; what is null was not said, and is the model's own or has a default.
 *
 * <p>{@link #toString} spells it, {@link #parse} reads that back:
 *
 * <pre>
 * settings   = [ history ":" ] policy [ "@" setting { "," setting } ]
 * history    = "jit" | "copy"
 * policy     = "full" | "static" [ ":" layer ] | ( confidence | "default" ) [ ":" number ]
 * confidence = "max_prob" | "margin" | "entropy" | "similarity" | "gate"
 * setting    = "layers=" ( layers | "none" ) | "min=" layer | "decay=" number | "gate=" number
 *            | "shortlist=" tokens | "threshold=" number | "at=" layer
 * layers     = layer [ ".." layer ] { "," layer [ ".." layer ] }
 * </pre>
 *
 * Spaces around separators do not count. {@code threshold} and {@code at} are for what the policy
 * has no use for, but one that takes its place may have.
 *
 * @param policy {@code full}, {@code static} (one layer for all tokens), or a confidence; null: the
 *     model's own policy
 * @param threshold the step stops at the first exit whose confidence reaches it: any number, above
 *     1 never exits, below −1 always; null: the model's own where it measures the same confidence,
 *     else {@value #DEFAULT_THRESHOLD}
 * @param exitAt the layer of {@code static}, from 1
 * @param layers that may emit, from 1, and the last layer always; null: the model's own, else all
 *     of its exits
 * @param minLayer exits below it are passed by, from 1; null: none
 * @param decay how fast the threshold falls along the answer, from 0: not at all
 * @param gate what the model's gate must say before the head is asked, 0…1; 0: nothing
 * @param shortlist of how many tokens an estimate decides whether the head is asked again, at most
 *     {@value ExitSpec#MOST_SHORTLIST}; 0: it always is
 * @param history what later steps see of positions that stopped early; null: features of their own
 *     depth, just in time
 */
public record ExitSettings(
    @Nullable String policy,
    @Nullable Double threshold,
    @Nullable Integer exitAt,
    @Nullable List<Integer> layers,
    @Nullable Integer minLayer,
    @Nullable Double decay,
    @Nullable Double gate,
    @Nullable Integer shortlist,
    @Nullable ExitHistory history) {
  /** Where neither the user nor the model says how sure to be. */
  public static final double DEFAULT_THRESHOLD = 0.9;

  /** Largest number of a layer, far above any model's. */
  public static final int MOST_LAYERS = 1000;

  static final String FULL = "full";
  static final String STATIC = "static";

  private static final ExitSettings OWN = new Draft().build();

  /**
   * Checks each setting by itself; whether they suit a model is for {@link
   * EncoderDecoderModel#exitRule} to say.
   *
   * @throws InputException when one is out of range, or does not go with the policy
   */
  public ExitSettings(
      @Nullable String policy,
      @Nullable Double threshold,
      @Nullable Integer exitAt,
      @Nullable List<Integer> layers,
      @Nullable Integer minLayer,
      @Nullable Double decay,
      @Nullable Double gate,
      @Nullable Integer shortlist,
      @Nullable ExitHistory history) {
    this.policy = policy;
    this.threshold = threshold;
    this.exitAt = exitAt;
    if (layers != null) {
      Input.requireElements("layers", layers);
    }
    this.layers = layers == null ? null : List.copyOf(layers);
    this.minLayer = minLayer;
    this.decay = decay;
    this.gate = gate;
    this.shortlist = shortlist;
    this.history = history;
    check();
  }

  /** The model's own. */
  public static ExitSettings own() {
    return OWN;
  }

  /** Every step runs all layers. */
  public static ExitSettings full() {
    return OWN.withPolicy(FULL);
  }

  /** Every step stops at one layer, from 1, among the model's exits. */
  public static ExitSettings atLayer(int layer) {
    return OWN.withPolicy(STATIC).withExitAt(layer);
  }

  /** Stops where the largest probability reaches a threshold, 0…1. */
  public static ExitSettings maxProbability(double threshold) {
    return of(Confidence.MAX_PROB, threshold);
  }

  /** Stops where the largest less the second largest probability reaches a threshold, 0…1. */
  public static ExitSettings margin(double threshold) {
    return of(Confidence.MARGIN, threshold);
  }

  /** Stops where 1 − H(p) / ln V reaches a threshold, 0…1. */
  public static ExitSettings entropy(double threshold) {
    return of(Confidence.ENTROPY, threshold);
  }

  /** Stops where the cosine of a layer's output and its input reaches a threshold, −1…1. */
  public static ExitSettings similarity(double threshold) {
    return of(Confidence.SIMILARITY, threshold);
  }

  /** Stops where the model's learned gate reaches a threshold, 0…1. */
  public static ExitSettings gate(double threshold) {
    return of(Confidence.GATE, threshold);
  }

  /** Stops where a confidence reaches a threshold. */
  @SuppressWarnings("exports") // for DEED's own modules
  public static ExitSettings of(Confidence confidence, double threshold) {
    return OWN.withPolicy(Objects.requireNonNull(confidence, "confidence").label())
        .withThreshold(threshold);
  }

  /**
   * Reads a spelling.
   *
   * @throws InputException when it does not follow the grammar
   */
  public static ExitSettings parse(String spelling) {
    return ExitSpelling.one(Objects.requireNonNull(spelling, "spelling"));
  }

  /**
   * Reads a list to compare, such as {@code full; static:1..6; max_prob:0.5,0.9@min=2}: spellings
   * with semicolons between them, of which each names its policy with all that this needs, or is
   * {@code default}. Several layers or thresholds, with commas, stand for as many settings.
   *
   * @return each under its spelling in the list, without spaces; those that occur twice once
   * @throws InputException when it does not follow the grammar
   */
  public static SequencedMap<String, ExitSettings> parseList(String list) {
    return ExitSpelling.list(Objects.requireNonNull(list, "list"));
  }

  /** The spelling, which {@link #parse} reads. */
  @Override
  public String toString() {
    return ExitSpelling.of(this);
  }

  public ExitSettings withPolicy(@Nullable String name) {
    return with(draft -> draft.policy = name);
  }

  public ExitSettings withThreshold(@Nullable Double value) {
    return with(draft -> draft.threshold = value);
  }

  public ExitSettings withExitAt(@Nullable Integer layer) {
    return with(draft -> draft.exitAt = layer);
  }

  public ExitSettings withLayers(@Nullable List<Integer> those) {
    return with(draft -> draft.layers = those);
  }

  public ExitSettings withMinLayer(@Nullable Integer layer) {
    return with(draft -> draft.minLayer = layer);
  }

  public ExitSettings withDecay(@Nullable Double rate) {
    return with(draft -> draft.decay = rate);
  }

  public ExitSettings withGate(@Nullable Double level) {
    return with(draft -> draft.gate = level);
  }

  public ExitSettings withShortlist(@Nullable Integer tokens) {
    return with(draft -> draft.shortlist = tokens);
  }

  public ExitSettings withHistory(@Nullable ExitHistory other) {
    return with(draft -> draft.history = other);
  }

  private ExitSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.build();
  }

  /** What the policy measures; null where it is none, or the model's own. */
  @SuppressWarnings("exports") // for DEED's own modules
  public @Nullable Confidence confidence() {
    return policy == null ? null : Confidence.named(policy);
  }

  /**
   * What {@code over} says, and this where it says nothing. Decay, gate and shortlist belong to the
   * policy that they were said with.
   */
  public ExitSettings overriddenBy(ExitSettings over) {
    Objects.requireNonNull(over, "over");
    return over.onTopOf(over.policy == null ? this : with(Draft::forgetAsking));
  }

  /**
   * Whether there is all that a rule needs, without what {@link #overriddenBy} may add.
   *
   * @param own the model's own, see {@link EncoderDecoderModel#ownExits}
   */
  public boolean isComplete(ExitSettings own) {
    return policy == null
        ? exitAt == null && (threshold == null || own.confidence() != null)
        : exitAt != null || !policy.equals(STATIC);
  }

  /** What this comes to on top of other settings: theirs where it says nothing. */
  ExitSettings onTopOf(ExitSettings below) {
    return below.with(draft -> draft.take(this));
  }

  private void check() {
    Confidence measured = confidence();
    InputException.check(
        policy == null || measured != null || policy.equals(FULL) || policy.equals(STATIC),
        "policy \"" + policy + "\"",
        "is unknown",
        "use full, static, max_prob, margin, entropy, similarity or gate");
    requireWithin("threshold", threshold, -Double.MAX_VALUE, Double.MAX_VALUE, "a number");
    requireWithin("decay", decay, 0, Double.MAX_VALUE, "a number from 0");
    requireWithin("gate", gate, 0, 1, "a number from 0 to 1");
    requireWithin(
        "shortlist",
        shortlist,
        0,
        ExitSpec.MOST_SHORTLIST,
        "a whole number from 0 to " + ExitSpec.MOST_SHORTLIST);
    requireLayer("minimum exit layer", minLayer);
    requireLayer("exit layer", exitAt);
    if (layers != null) {
      layers.forEach(layer -> requireLayer("exit layer", layer));
    }
    InputException.check(
        measured != null || (decay == null && gate == null && shortlist == null),
        "decay, gate and shortlist",
        "belong to a threshold",
        "name its confidence, such as max_prob");
    InputException.check(
        measured == null || gate == null || gate == 0 || measured.needsLogits(),
        "gate " + gate,
        policy + " asks no head that a gate could spare",
        "leave it out");
    InputException.check(
        measured == null || shortlist == null || shortlist == 0 || measured.suitsShortlist(),
        "shortlist " + shortlist,
        policy + " cannot be told from a shortlist",
        "leave it out");
  }

  private static void requireLayer(String what, @Nullable Integer layer) {
    requireWithin(what, layer, 1, MOST_LAYERS, "a whole number from 1 to " + MOST_LAYERS);
  }

  private static void requireWithin(
      String what, @Nullable Number number, double least, double most, String range) {
    InputException.check(
        number == null || (number.doubleValue() >= least && number.doubleValue() <= most),
        what + " " + number,
        "is not " + range,
        "give " + range);
  }

  /** Settings in the making. */
  static final class Draft {
    @Nullable String policy;
    @Nullable Double threshold;
    @Nullable Integer exitAt;
    @Nullable List<Integer> layers;
    @Nullable Integer minLayer;
    @Nullable Double decay;
    @Nullable Double gate;
    @Nullable Integer shortlist;
    @Nullable ExitHistory history;

    Draft() {}

    private Draft(ExitSettings settings) {
      take(settings);
    }

    /** Takes what was said. */
    private void take(ExitSettings said) {
      policy = said.policy == null ? policy : said.policy;
      threshold = said.threshold == null ? threshold : said.threshold;
      exitAt = said.exitAt == null ? exitAt : said.exitAt;
      layers = said.layers == null ? layers : said.layers;
      minLayer = said.minLayer == null ? minLayer : said.minLayer;
      decay = said.decay == null ? decay : said.decay;
      gate = said.gate == null ? gate : said.gate;
      shortlist = said.shortlist == null ? shortlist : said.shortlist;
      history = said.history == null ? history : said.history;
    }

    private void forgetAsking() {
      decay = null;
      gate = null;
      shortlist = null;
    }

    ExitSettings build() {
      return new ExitSettings(
          policy, threshold, exitAt, layers, minLayer, decay, gate, shortlist, history);
    }
  }
}
