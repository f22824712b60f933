package dev.deed;

import dev.deed.decode.exit.Confidence;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When a token leaves the decoder, as users say it: in options, in lines of input, in lists of
 * policies to compare. Immutable.
 *
 * <p>What is null was not said. Where the policy was not said, or is the model's own and no
 * threshold was said, the model's own settings stand in for what was not; elsewhere the defaults
 * do.
 *
 * <p>{@link #toString} spells the settings, and {@link #parse} reads the spelling:
 *
 * <pre>
 * settings   = [ history ":" ] policy [ "@" setting { "," setting } ]
 * history    = "jit" | "copy"
 * policy     = "full" | "static" [ ":" layer ] | ( confidence | "default" ) [ ":" number ]
 * confidence = "max_prob" | "margin" | "entropy" | "similarity" | "gate"
 * setting    = "layers=" ( layers | "none" ) | "min=" layer | "decay=" number | "gate=" number
 *            | "shortlist=" tokens | "threshold=" number | "at=" layer
 *            | "lossless" [ "=" ( "true" | "false" ) ] | "drafts=" tokens | "ngrams=" tokens
 * layers     = layer [ ".." layer ] { "," layer [ ".." layer ] }
 * </pre>
 *
 * Spaces around separators do not count. The settings {@code threshold} and {@code at} hold what
 * the policy itself has no use for; a policy that takes its place may have.
 *
 * @param policy {@code full} (all layers), {@code static} (one layer for all tokens), or a
 *     confidence: {@code max_prob}, {@code margin}, {@code entropy}, {@code similarity} or {@code
 *     gate}; default: the model's own policy
 * @param threshold a token leaves at the first exit whose confidence reaches it. Any finite number:
 *     above 1 no token leaves early, below −1 each leaves at the first exit. Default: {@value
 *     #DEFAULT_THRESHOLD}
 * @param exitAt the layer of {@code static}, from 1
 * @param layers that may emit a token, from 1; the last layer always may; default: all of its exits
 * @param minLayer exits below it are passed by, from 1; default: none is
 * @param decay how fast the threshold falls along the answer, 0 or more. The threshold t of the
 *     token at place i, from 0, becomes 0.9 t + 0.1 exp(−decay · i) (CALM, arXiv 2207.07061,
 *     equation 5). Default: 0, it stays t
 * @param gate what the model's gate must say before the head is asked, 0…1; default: 0, nothing
 * @param shortlist of how many tokens an estimate decides whether the head is asked again,
 *     0…{@value ExitSpec#MOST_SHORTLIST}; default: 0, it always is
 * @param history what later tokens see of a token that left early; default: {@link ExitHistory#JIT}
 * @param lossless whether tokens that leave early are drafts, which deeper layers verify, so that
 *     tokens and log-probabilities are those of full depth, bit for bit; default: false
 * @param draftTokens with {@code lossless}: drafts that wait for a verification at most, 1…{@value
 *     ExitSpec#MOST_DRAFTS}; default: as many as pay
 * @param draftNgrams with {@code lossless}: length of the runs of tokens of the encoder's input
 *     whose sequels are drafted, 0…{@value ExitSpec#MOST_NGRAM}; default: 0, none are
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
    @Nullable ExitHistory history,
    @Nullable Boolean lossless,
    @Nullable Integer draftTokens,
    @Nullable Integer draftNgrams) {
  /** The threshold where neither the user nor the model states one. */
  public static final double DEFAULT_THRESHOLD = 0.9;

  /** The largest number of a layer that settings may name. No model has as many. */
  public static final int MOST_LAYERS = 1000;

  static final String FULL = "full";
  static final String STATIC = "static";

  private static final ExitSettings OWN = new ExitBuilder().build();

  /**
   * Checks the settings by themselves. A model checks whether they suit it when it gets them.
   *
   * @throws InputException when one is out of range, or does not go with the policy
   * @throws NullPointerException when one of the layers is null; it names its place
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
      @Nullable ExitHistory history,
      @Nullable Boolean lossless,
      @Nullable Integer draftTokens,
      @Nullable Integer draftNgrams) {
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
    this.lossless = lossless;
    this.draftTokens = draftTokens;
    this.draftNgrams = draftNgrams;
    ExitBuilder.check(this);
  }

  /** {@return settings that say nothing: the model's own} */
  public static ExitSettings own() {
    return OWN;
  }

  /** {@return settings with which every token runs through all layers} */
  public static ExitSettings full() {
    return OWN.withPolicy(FULL);
  }

  /**
   * {@return settings with which every token leaves at one layer}
   *
   * @param layer one of the model's exits, from 1
   * @throws InputException when it is not within 1…{@value #MOST_LAYERS}
   */
  public static ExitSettings atLayer(int layer) {
    return OWN.withPolicy(STATIC).withExitAt(layer);
  }

  /**
   * {@return settings with which a token leaves where the largest probability reaches a threshold}
   *
   * @param threshold a probability, 0…1
   * @throws InputException when it is not finite
   */
  public static ExitSettings maxProbability(double threshold) {
    return of(Confidence.MAX_PROB, threshold);
  }

  /**
   * {@return settings with which a token leaves where the largest probability less the second
   * largest reaches a threshold}
   *
   * @param threshold a difference of probabilities, 0…1
   * @throws InputException when it is not finite
   */
  public static ExitSettings margin(double threshold) {
    return of(Confidence.MARGIN, threshold);
  }

  /**
   * {@return settings with which a token leaves where 1 − H(p) / ln V reaches a threshold} H(p) is
   * the entropy of the probabilities by natural logarithms, V the size of the vocabulary.
   *
   * @param threshold 0 (all tokens equally likely)…1 (one token certain)
   * @throws InputException when it is not finite
   */
  public static ExitSettings entropy(double threshold) {
    return of(Confidence.ENTROPY, threshold);
  }

  /**
   * {@return settings with which a token leaves where the cosine of the angle between a layer's
   * output and its input reaches a threshold}
   *
   * @param threshold a cosine, −1…1
   * @throws InputException when it is not finite
   */
  public static ExitSettings similarity(double threshold) {
    return of(Confidence.SIMILARITY, threshold);
  }

  /**
   * {@return settings with which a token leaves where the model's learned gate reaches a threshold}
   *
   * @param threshold 0…1
   * @throws InputException when it is not finite
   */
  public static ExitSettings gate(double threshold) {
    return of(Confidence.GATE, threshold);
  }

  /**
   * {@return settings with which a token leaves where a confidence reaches a threshold}
   *
   * @param confidence what is measured
   * @param threshold any finite number
   * @throws InputException when the threshold is not finite
   */
  @SuppressWarnings("exports") // for DEED's own modules
  public static ExitSettings of(Confidence confidence, double threshold) {
    return OWN.withPolicy(Objects.requireNonNull(confidence, "confidence").label())
        .withThreshold(threshold);
  }

  /**
   * Reads the spelling of settings.
   *
   * @param spelling as {@link #toString} gives it, such as {@code max_prob:0.9@min=2}
   * @return the settings
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

  /** {@return the spelling, which {@link #parse} reads} */
  @Override
  public String toString() {
    return ExitSpelling.of(this);
  }

  /**
   * {@return the same settings with another policy}
   *
   * @param name {@code full}, {@code static}, {@code max_prob}, {@code margin}, {@code entropy},
   *     {@code similarity} or {@code gate}; null: not said
   * @throws InputException when there is no such policy, or it has no use for a decay, gate or
   *     shortlist that is set
   */
  public ExitSettings withPolicy(@Nullable String name) {
    return with(builder -> builder.policy = name);
  }

  /**
   * {@return the same settings with another threshold}
   *
   * @param value any finite number; null: not said
   * @throws InputException when it is not finite
   */
  public ExitSettings withThreshold(@Nullable Double value) {
    return with(builder -> builder.threshold = value);
  }

  /**
   * {@return the same settings with another layer for the policy {@code static}}
   *
   * @param layer from 1 to {@value #MOST_LAYERS}; null: not said
   * @throws InputException when it is out of range
   */
  public ExitSettings withExitAt(@Nullable Integer layer) {
    return with(builder -> builder.exitAt = layer);
  }

  /**
   * {@return the same settings with other layers that may emit}
   *
   * @param those exits of the model, 1…{@value #MOST_LAYERS}, in any order; null: not said
   * @throws InputException when one is out of range
   */
  public ExitSettings withLayers(@Nullable List<Integer> those) {
    return with(builder -> builder.layers = those);
  }

  /**
   * {@return the same settings with another lowest layer}
   *
   * @param layer exits below it are passed by, from 1 to {@value #MOST_LAYERS}; null: not said
   * @throws InputException when it is out of range
   */
  public ExitSettings withMinLayer(@Nullable Integer layer) {
    return with(builder -> builder.minLayer = layer);
  }

  /**
   * {@return the same settings with another decay}
   *
   * @param rate how fast the threshold falls, 0 or more; 0: not at all; null: not said
   * @throws InputException when it is negative or not finite, or the policy has no use for it
   */
  public ExitSettings withDecay(@Nullable Double rate) {
    return with(builder -> builder.decay = rate);
  }

  /**
   * {@return the same settings with another gate}
   *
   * @param level that the model's gate has to reach, 0…1; 0: none; null: not said
   * @throws InputException when it is out of range, or the policy has no use for it
   */
  public ExitSettings withGate(@Nullable Double level) {
    return with(builder -> builder.gate = level);
  }

  /**
   * {@return the same settings with another shortlist}
   *
   * @param tokens its length, 0…{@value ExitSpec#MOST_SHORTLIST}; 0: none; null: not said
   * @throws InputException when it is out of range, or the policy has no use for it
   */
  public ExitSettings withShortlist(@Nullable Integer tokens) {
    return with(builder -> builder.shortlist = tokens);
  }

  /**
   * {@return the same settings with another history}
   *
   * @param other what later tokens see of a token that left early; null: not said
   * @throws InputException when it is {@link ExitHistory#COPY} and the settings are lossless
   */
  public ExitSettings withHistory(@Nullable ExitHistory other) {
    return with(builder -> builder.history = other);
  }

  /**
   * {@return the same settings, lossless or not}
   *
   * @param value whether drafts are verified; null: not said
   * @throws InputException when it is true and the history is {@link ExitHistory#COPY}, or false
   *     and something was said of drafts
   */
  public ExitSettings withLossless(@Nullable Boolean value) {
    return with(builder -> builder.lossless = value);
  }

  /**
   * {@return the same settings with another number of drafts}
   *
   * @param most that wait for a verification, 1…{@value ExitSpec#MOST_DRAFTS}; null: not said
   * @throws InputException when it is out of range, or the settings are said not to be lossless
   */
  public ExitSettings withDraftTokens(@Nullable Integer most) {
    return with(builder -> builder.draftTokens = most);
  }

  /**
   * {@return the same settings with other n-grams to draft from}
   *
   * @param tokens their length, 0…{@value ExitSpec#MOST_NGRAM}; 0: none; null: not said
   * @throws InputException when it is out of range, or the settings are said not to be lossless
   */
  public ExitSettings withDraftNgrams(@Nullable Integer tokens) {
    return with(builder -> builder.draftNgrams = tokens);
  }

  private ExitSettings with(Consumer<ExitBuilder> change) {
    ExitBuilder builder = new ExitBuilder(this);
    change.accept(builder);
    return builder.build();
  }

  /** {@return what the policy measures; null where it measures nothing, or is the model's own} */
  @SuppressWarnings("exports") // for DEED's own modules
  public @Nullable Confidence confidence() {
    return policy == null ? null : Confidence.named(policy);
  }

  /**
   * {@return what other settings say, and what these say where the others say nothing} Decay, gate
   * and shortlist belong to the policy that they were said with: where the others name a policy,
   * those of these settings are dropped.
   *
   * @param over the settings that go first
   * @throws NullPointerException when it is null
   */
  public ExitSettings overriddenBy(ExitSettings over) {
    Objects.requireNonNull(over, "over");
    return over.onTopOf(over.policy == null ? this : with(ExitBuilder::forgetAsking));
  }

  /**
   * {@return whether these settings lack nothing for a model with the given settings of its own}
   * Without a policy, a layer lacks one, and so does a threshold where the model measures nothing;
   * {@code static} without a layer lacks that, and drafts lack {@code lossless}. {@link
   * #overriddenBy} may add it.
   *
   * @param own the model's own settings, see {@link EncoderDecoderModel#ownExits}; of lossless
   *     exits, those by which its drafts leave
   */
  public boolean isComplete(ExitSettings own) {
    return ModelExits.isComplete(this, own);
  }

  /** What this comes to on top of other settings: theirs where it says nothing. */
  ExitSettings onTopOf(ExitSettings below) {
    return below.with(builder -> builder.take(this));
  }
}
