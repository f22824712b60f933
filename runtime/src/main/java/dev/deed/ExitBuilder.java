package dev.deed;

import dev.deed.decode.exit.Confidence;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exit settings in the making, and what made ones have to keep to. Not thread-safe. */
final class ExitBuilder {
  @Nullable String policy;
  @Nullable Double threshold;
  @Nullable Integer exitAt;
  @Nullable List<Integer> layers;
  @Nullable Integer minLayer;
  @Nullable Double decay;
  @Nullable Double gate;
  @Nullable Integer shortlist;
  @Nullable ExitHistory history;
  @Nullable Boolean lossless;
  @Nullable Integer draftTokens;
  @Nullable Integer draftNgrams;

  ExitBuilder() {}

  ExitBuilder(ExitSettings settings) {
    take(settings);
  }

  /** Takes what the settings say. What was said of drafts goes where they want none. */
  void take(ExitSettings said) {
    policy = said.policy() == null ? policy : said.policy();
    threshold = said.threshold() == null ? threshold : said.threshold();
    exitAt = said.exitAt() == null ? exitAt : said.exitAt();
    layers = said.layers() == null ? layers : said.layers();
    minLayer = said.minLayer() == null ? minLayer : said.minLayer();
    decay = said.decay() == null ? decay : said.decay();
    gate = said.gate() == null ? gate : said.gate();
    shortlist = said.shortlist() == null ? shortlist : said.shortlist();
    history = said.history() == null ? history : said.history();
    if (Boolean.FALSE.equals(said.lossless())) {
      draftTokens = null;
      draftNgrams = null;
    }
    lossless = said.lossless() == null ? lossless : said.lossless();
    draftTokens = said.draftTokens() == null ? draftTokens : said.draftTokens();
    draftNgrams = said.draftNgrams() == null ? draftNgrams : said.draftNgrams();
  }

  /** Drops what says how the head is asked. */
  void forgetAsking() {
    decay = null;
    gate = null;
    shortlist = null;
  }

  ExitSettings build() {
    return new ExitSettings(
        policy,
        threshold,
        exitAt,
        layers,
        minLayer,
        decay,
        gate,
        shortlist,
        history,
        lossless,
        draftTokens,
        draftNgrams);
  }

  /**
   * Checks settings by themselves.
   *
   * @throws InputException when one is out of range, or does not go with another
   */
  static void check(ExitSettings settings) {
    String policy = settings.policy();
    InputException.require(
        policy == null
            || settings.confidence() != null
            || policy.equals(ExitSettings.FULL)
            || policy.equals(ExitSettings.STATIC),
        "policy \"" + policy + "\"",
        "is unknown",
        "use full, static, max_prob, margin, entropy, similarity or gate");
    requireWithin(
        "threshold", settings.threshold(), -Double.MAX_VALUE, Double.MAX_VALUE, "a number");
    requireLayer("minimum exit layer", settings.minLayer());
    requireLayer("exit layer", settings.exitAt());
    if (settings.layers() != null) {
      settings.layers().forEach(layer -> requireLayer("exit layer", layer));
    }
    checkAsking(settings);
    checkDrafts(settings);
  }

  private static void checkAsking(ExitSettings settings) {
    Confidence measured = settings.confidence();
    Double gate = settings.gate();
    Integer shortlist = settings.shortlist();
    requireWithin("decay", settings.decay(), 0, Double.MAX_VALUE, "a number from 0");
    requireWithin("gate", gate, 0, 1, "a number from 0 to 1");
    requireWhole("shortlist", shortlist, 0, ExitSpec.MOST_SHORTLIST);
    InputException.require(
        measured != null || (settings.decay() == null && gate == null && shortlist == null),
        "decay, gate and shortlist",
        "belong to a threshold",
        "name its confidence, such as max_prob");
    InputException.require(
        measured == null || gate == null || gate == 0 || measured.needsLogits(),
        "gate " + gate,
        settings.policy() + " asks no head that a gate could spare",
        "leave it out");
    InputException.require(
        measured == null || shortlist == null || shortlist == 0 || measured.suitsShortlist(),
        "shortlist " + shortlist,
        settings.policy() + " cannot be told from a shortlist",
        "leave it out");
  }

  private static void checkDrafts(ExitSettings settings) {
    requireWhole("draft tokens", settings.draftTokens(), 1, ExitSpec.MOST_DRAFTS);
    requireWhole("draft n-grams", settings.draftNgrams(), 0, ExitSpec.MOST_NGRAM);
    if (Boolean.FALSE.equals(settings.lossless())) {
      requireNoDrafts(settings);
    }
    InputException.require(
        settings.history() != ExitHistory.COPY || !Boolean.TRUE.equals(settings.lossless()),
        "lossless exits",
        "verify drafts with the features of every layer, and the history copy has none of them",
        "leave out one of the two");
  }

  /**
   * Checks that settings without drafts say nothing of any.
   *
   * @throws InputException when they do
   */
  static void requireNoDrafts(ExitSettings settings) {
    InputException.require(
        settings.draftTokens() == null && settings.draftNgrams() == null,
        settings.draftTokens() == null
            ? "draft n-grams " + settings.draftNgrams()
            : "draft tokens " + settings.draftTokens(),
        "belong to lossless exits",
        "ask for these too, or leave it out");
  }

  private static void requireLayer(String what, @Nullable Integer layer) {
    requireWhole(what, layer, 1, ExitSettings.MOST_LAYERS);
  }

  private static void requireWhole(String what, @Nullable Integer number, int least, int most) {
    requireWithin(what, number, least, most, "a whole number from " + least + " to " + most);
  }

  private static void requireWithin(
      String what, @Nullable Number number, double least, double most, String range) {
    InputException.require(
        number == null || (number.doubleValue() >= least && number.doubleValue() <= most),
        what + " " + number,
        "is not " + range,
        "give " + range);
  }
}
