package dev.deed.value;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A setting of exits: the key of its value in {@link ExitSettings}. Immutable. {@link #ALL} is the
 * table of them. Configurations of models and spellings are loops over it too.
 *
 * @param <T> type of its values
 */
public final class ExitSetting<T> extends Setting<T> {
  /** The largest number of a layer that settings may name. No model has as many. */
  public static final int MOST_LAYERS = 1000;

  /** Most drafts that wait for a verification. */
  public static final int MOST_DRAFTS = 64;

  /** Longest run of tokens that is looked up in texts for drafts. */
  public static final int MOST_NGRAM = 16;

  private static final SettingType<Integer> LAYER = new SettingType.Whole(1, MOST_LAYERS);

  /** How it is decided where a token leaves. */
  public static final ExitSetting<ExitPolicy> POLICY =
      new ExitSetting<>(
              "policy",
              new SettingType.Choice<>(List.of(ExitPolicy.values())),
              "How it is decided where a token leaves (default: the model's own policy).")
          .formerly("confidence");

  /** Any finite number: above 1 no token leaves early, below −1 each leaves at the first exit. */
  public static final ExitSetting<Double> THRESHOLD =
      new ExitSetting<>(
              "threshold",
              SettingType.Decimal.ANY,
              "A token leaves at the first exit whose confidence reaches it; above 1 never, below -1"
                  + " always (default: the model's own for its own policy, else 0.9).")
          .tied(Tie.VALUE, ExitPolicy.MEASURED);

  /** The layer of the policy {@code static}, from 1 to {@value #MOST_LAYERS}. */
  public static final ExitSetting<Integer> EXIT_AT =
      new ExitSetting<>("exit_at", LAYER, "The layer at which static leaves.")
          .spelled("at")
          .tied(Tie.VALUE, EnumSet.of(ExitPolicy.STATIC));

  /** Layers that may emit a token, from 1 to {@value #MOST_LAYERS}; the last layer always may. */
  public static final ExitSetting<List<Integer>> LAYERS =
      new ExitSetting<>(
              "layers",
              new SettingType.Layers(MOST_LAYERS),
              "Exits that may emit, such as 2,4,6 (default: all exits of the model).")
          .formerly("exit_layers", "policy_layers")
          .tied(Tie.NONE, ExitPolicy.MEASURED);

  /** The lowest layer that may emit a token, from 1 to {@value #MOST_LAYERS}. */
  public static final ExitSetting<Integer> MIN_LAYER =
      new ExitSetting<>("min_layer", LAYER, "Exits below this layer emit nothing (default: 1).")
          .spelled("min")
          .tied(Tie.NONE, ExitPolicy.MEASURED);

  /**
   * How fast the threshold falls along the answer, 0 or more. The threshold t of the token at place
   * i, from 0, becomes 0.9 t + 0.1 exp(−decay · i) (CALM, arXiv 2207.07061, equation 5).
   */
  public static final ExitSetting<Double> DECAY =
      new ExitSetting<>(
              "decay",
              new SettingType.Decimal(0, Double.MAX_VALUE),
              "How fast the threshold falls along the answer (default: 0, not at all).")
          .formerly("threshold_decay")
          .tied(Tie.POLICY, ExitPolicy.MEASURED);

  /** What the model's gate must say before the head is asked, 0…1. */
  public static final ExitSetting<Double> GATE =
      new ExitSetting<>(
              "gate",
              new SettingType.Decimal(0, 1),
              "The head is asked only where the model's gate says at least this much (default: 0,"
                  + " everywhere).")
          .formerly("gate_threshold")
          .tied(Tie.POLICY, EnumSet.of(ExitPolicy.MAX_PROB, ExitPolicy.MARGIN, ExitPolicy.ENTROPY));

  /** What later tokens see of a token that left early. */
  public static final ExitSetting<ExitHistory> HISTORY =
      new ExitSetting<>(
          "history",
          new SettingType.Choice<>(List.of(ExitHistory.values())),
          "What later tokens see of a token that left early: features computed just in time, or"
              + " copied, CALM's baseline (default: jit).");

  /**
   * Whether tokens that leave early are drafts, which deeper layers verify, so that tokens and
   * log-probabilities are those of full depth, bit for bit.
   */
  public static final ExitSetting<Boolean> LOSSLESS =
      new ExitSetting<>(
          "lossless",
          new SettingType.Flag(),
          "Verify tokens that leave early, so that the answer is that of full depth, bit for bit;"
              + " not with beams or the history copy (default: the model's own, else false).");

  /** Drafts that wait for a verification at most, from 1 to {@value #MOST_DRAFTS}. */
  public static final ExitSetting<Integer> DRAFT_TOKENS =
      new ExitSetting<>(
              "draft_tokens",
              new SettingType.Whole(1, MOST_DRAFTS),
              "With lossless: most tokens that wait for a verification (default: as many as pay).")
          .spelled("drafts")
          .ofDrafts();

  /** Length of the runs of tokens whose sequels are drafted, to {@value #MOST_NGRAM}. */
  public static final ExitSetting<Integer> DRAFT_NGRAMS =
      new ExitSetting<>(
              "draft_ngrams",
              new SettingType.Whole(0, MOST_NGRAM),
              "With lossless: where the last tokens, this many, occur in the encoder's input or in the"
                  + " answer so far, draft what follows them there (default: 0, off).")
          .spelled("ngrams")
          .ofDrafts();

  /** The weights of the layers that draft. Models held as narrow as these draft with their own. */
  public static final ExitSetting<DraftPrecision> DRAFT_PRECISION =
      new ExitSetting<>(
              "draft_precision",
              new SettingType.Choice<>(List.of(DraftPrecision.values())),
              "With lossless: the weights that draft. int8: a copy of the decoder, for models in"
                  + " fp32 or bf16, with exits or without (default: own, the model's).")
          .ofDrafts();

  /** All settings. */
  public static final List<ExitSetting<?>> ALL =
      List.of(
          POLICY,
          THRESHOLD,
          EXIT_AT,
          LAYERS,
          MIN_LAYER,
          DECAY,
          GATE,
          HISTORY,
          LOSSLESS,
          DRAFT_TOKENS,
          DRAFT_NGRAMS,
          DRAFT_PRECISION);

  private final String shortName;
  private final Set<ExitPolicy> policies;
  private final Tie tie;

  /** What a setting is said together with. */
  enum Tie {
    NONE,
    /** The policy, whose value it is. */
    VALUE,
    /** The policy: another policy drops it, and one that does not read it refuses it. */
    POLICY,
    /** Lossless exits. */
    DRAFTS
  }

  private ExitSetting(String name, SettingType<T> type, String help) {
    this(name, type, help, name, List.of(), EnumSet.allOf(ExitPolicy.class), Tie.NONE);
  }

  private ExitSetting(
      String name,
      SettingType<T> type,
      String help,
      String shortName,
      List<String> oldNames,
      Set<ExitPolicy> policies,
      Tie tie) {
    super(name, type, help, oldNames);
    this.shortName = shortName;
    this.policies = Collections.unmodifiableSet(policies);
    this.tie = tie;
  }

  private ExitSetting<T> spelled(String other) {
    return new ExitSetting<>(name(), type(), help(), other, oldNames(), policies, tie);
  }

  private ExitSetting<T> formerly(String... names) {
    return new ExitSetting<>(name(), type(), help(), shortName, List.of(names), policies, tie);
  }

  private ExitSetting<T> tied(Tie how, Set<ExitPolicy> readers) {
    return new ExitSetting<>(name(), type(), help(), shortName, oldNames(), readers, how);
  }

  private ExitSetting<T> ofDrafts() {
    return new ExitSetting<>(name(), type(), help(), shortName, oldNames(), policies, Tie.DRAFTS);
  }

  /** {@return its name in spellings, which read {@link #name} too} */
  public String shortName() {
    return shortName;
  }

  /** {@return the policies that read it} */
  public Set<ExitPolicy> policies() {
    return policies;
  }

  Tie tie() {
    return tie;
  }

  /**
   * {@return the setting of a name; null when there is none}
   *
   * @param name its own, or an old one
   */
  public static @Nullable ExitSetting<?> named(String name) {
    return ALL.stream()
        .filter(setting -> setting.name().equals(name) || setting.oldNames().contains(name))
        .findFirst()
        .orElse(null);
  }
}
