package dev.deed.model.spec;

import dev.deed.checkpoint.Config;
import dev.deed.tensor.Activation;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a decoder may emit a token, and by which measure it decides on its own.
 *
 * @param layers 1-based decoder layers that may emit, ascending; the last layer is always among
 *     them
 * @param adapterSize width of the bottleneck between a layer and the shared head; 0 without
 *     adapters
 * @param adapterActivation activation of the bottleneck
 * @param policy the model's own policy; null when it states none
 * @param losslessPolicy what stands in for it where lossless exits are asked for and no policy is
 *     named; null when none is stated
 */
public record ExitSpec(
    List<Integer> layers,
    int adapterSize,
    Activation adapterActivation,
    @Nullable Policy policy,
    @Nullable Policy losslessPolicy) {
  private static final String LOSSLESS_POLICY = "lossless_policy";

  /** How a policy was chosen: nothing to decode by, and known all the same. */
  private static final String CALIBRATION = "calibration";

  private static final List<String> KEYS =
      List.of(
          "layers",
          "adapter",
          "confidence",
          "threshold",
          "threshold_decay",
          "gate_threshold",
          "shortlist",
          "policy_layers",
          "lossless",
          "draft_tokens",
          "draft_ngrams",
          LOSSLESS_POLICY,
          CALIBRATION);

  private static final List<String> LOSSLESS_KEYS =
      List.of("confidence", "threshold", "layers", "draft_tokens", "draft_ngrams", CALIBRATION);

  /** Most tokens of a shortlist. */
  public static final int MOST_SHORTLIST = 1024;

  /** Most drafts that wait for a verification. */
  public static final int MOST_DRAFTS = 64;

  /** Longest run of tokens that is looked up in the encoder's input for drafts. */
  public static final int MOST_NGRAM = 16;

  /** Written out: of a compact constructor, class files do not tell what may be null. */
  public ExitSpec(
      List<Integer> layers,
      int adapterSize,
      Activation adapterActivation,
      @Nullable Policy policy,
      @Nullable Policy losslessPolicy) {
    this.layers = List.copyOf(new TreeSet<>(layers));
    this.adapterSize = adapterSize;
    this.adapterActivation = adapterActivation;
    this.policy = policy;
    this.losslessPolicy = losslessPolicy;
  }

  /**
   * When the model stops on its own.
   *
   * @param confidence name of the measure
   * @param threshold exit at or above it
   * @param decay how fast the threshold falls along the answer, from 0: not at all
   * @param gate what the gate must say before the head is asked, 0…1; 0: nothing
   * @param shortlist of how many tokens an estimate decides whether the head is asked again; 0: it
   *     is
   * @param layers which of the exits are asked; null: all
   * @param drafts how tokens that leave early are verified by deeper layers; null: they are not
   */
  public record Policy(
      String confidence,
      double threshold,
      double decay,
      double gate,
      int shortlist,
      @Nullable List<Integer> layers,
      @Nullable Drafts drafts) {
    /**
     * Tokens that leave early are drafts.
     *
     * @param tokens drafts that wait for a verification at most; 0: as many as pay
     * @param ngrams how many tokens have to occur in the encoder's input for what follows them
     *     there to be drafted; 0: nothing is
     */
    public record Drafts(int tokens, int ngrams) {}

    /** Written out: of a compact constructor, class files do not tell what may be null. */
    public Policy(
        String confidence,
        double threshold,
        double decay,
        double gate,
        int shortlist,
        @Nullable List<Integer> layers,
        @Nullable Drafts drafts) {
      this.confidence = confidence;
      this.threshold = threshold;
      this.decay = decay;
      this.gate = gate;
      this.shortlist = shortlist;
      this.layers = layers == null ? null : List.copyOf(layers);
      this.drafts = drafts;
    }

    /** Whether answers are those of full depth. */
    public boolean lossless() {
      return drafts != null;
    }

    /** Drafts that wait for a verification at most; 0: as many as pay, or there are none. */
    public int draftTokens() {
      return drafts == null ? 0 : drafts.tokens;
    }

    /** Length of the runs of tokens that are looked up for drafts; 0: none are. */
    public int draftNgrams() {
      return drafts == null ? 0 : drafts.ngrams;
    }
  }

  /** Whether exit {@code layer} has an adapter; the last layer never has. */
  public boolean hasAdapter(int layer) {
    return adapterSize > 0 && layer < layers.getLast() && layers.contains(layer);
  }

  /**
   * Reads the {@code exits} object of a {@code config.json}.
   *
   * @param decoderLayers number of decoder layers of the model
   * @throws dev.deed.value.InputException when it is not valid for that depth, or says something
   *     that is no setting
   */
  public static ExitSpec read(Config exits, int decoderLayers) {
    exits.requireKnown(KEYS);
    exits.has(CALIBRATION);
    List<Integer> layers = exits.integers("layers", 1, decoderLayers);
    if (!layers.contains(decoderLayers)) {
      throw exits.wrong("layers", "must contain the last decoder layer, " + decoderLayers);
    }
    int size = 0;
    Activation activation = Activation.GELU;
    if (exits.has("adapter")) {
      Config adapter = exits.object("adapter");
      adapter.requireKnown(List.of("size", "activation"));
      size = adapter.integer("size", 1, 1 << 16);
      activation = Activations.read(adapter, "activation", "gelu");
    }
    boolean stated = exits.has("confidence");
    if (!stated && exits.flag("lossless", false)) {
      throw exits.wrong("lossless", "needs a confidence by which drafts leave");
    }
    Policy verified = null;
    if (exits.has(LOSSLESS_POLICY)) {
      if (exits.flag("lossless", false)) {
        throw exits.wrong(
            "lossless", "makes the model's own policy lossless, so leave out lossless_policy");
      }
      verified = losslessPolicy(exits.object(LOSSLESS_POLICY), layers);
    }
    return new ExitSpec(layers, size, activation, stated ? policy(exits, layers) : null, verified);
  }

  private static Policy losslessPolicy(Config policy, List<Integer> layers) {
    policy.requireKnown(LOSSLESS_KEYS);
    policy.has(CALIBRATION);
    return new Policy(
        policy.text("confidence"),
        policy.number("threshold", 1.0),
        0,
        0,
        0,
        asked(policy, "layers", layers),
        new Policy.Drafts(
            policy.has("draft_tokens") ? policy.integer("draft_tokens", 1, MOST_DRAFTS) : 0,
            policy.has("draft_ngrams") ? policy.integer("draft_ngrams", 0, MOST_NGRAM) : 0));
  }

  private static @Nullable List<Integer> asked(Config policy, String key, List<Integer> layers) {
    if (!policy.has(key)) {
      return null;
    }
    List<Integer> asked = policy.integers(key, 1, layers.getLast());
    if (!layers.containsAll(asked)) {
      throw policy.wrong(key, "must be among the layers of exits, " + layers);
    }
    return asked;
  }

  private static Policy policy(Config exits, List<Integer> layers) {
    double decay = exits.number("threshold_decay", 0);
    if (!(decay >= 0) || Double.isInfinite(decay)) {
      throw exits.wrong("threshold_decay", "must be 0 or more");
    }
    double gate = exits.number("gate_threshold", 0);
    if (!(gate >= 0 && gate <= 1)) {
      throw exits.wrong("gate_threshold", "must be within 0..1");
    }
    int shortlist = exits.has("shortlist") ? exits.integer("shortlist", 0, MOST_SHORTLIST) : 0;
    return new Policy(
        exits.text("confidence"),
        exits.number("threshold", 1.0),
        decay,
        gate,
        shortlist,
        asked(exits, "policy_layers", layers),
        drafts(exits));
  }

  private static Policy.@Nullable Drafts drafts(Config exits) {
    boolean lossless = exits.flag("lossless", false);
    int tokens = ofDrafts(exits, lossless, "draft_tokens", 1, MOST_DRAFTS);
    int ngrams = ofDrafts(exits, lossless, "draft_ngrams", 0, MOST_NGRAM);
    return lossless ? new Policy.Drafts(tokens, ngrams) : null;
  }

  /** What is said of drafts; 0 where nothing is. */
  private static int ofDrafts(Config exits, boolean lossless, String key, int least, int most) {
    if (!exits.has(key)) {
      return 0;
    }
    if (!lossless) {
      throw exits.wrong(key, "belongs to lossless exits, which are not asked for");
    }
    return exits.integer(key, least, most);
  }
}
