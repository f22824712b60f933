package dev.deed;

import dev.deed.checkpoint.Config;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What exit settings come to for an opened model.
 *
 * @param prices of its drafts
 */
record ModelExits(ModelFolder folder, Decoder decoder, DraftPrices prices) {
  /**
   * What the model's configuration says; full depth where it says nothing.
   *
   * @throws InputException when it makes no sense
   */
  ExitSettings own() {
    ExitSpec exits = folder.spec().exits();
    return exits == null || exits.policy() == null
        ? ExitSettings.full()
        : stated(exits.policy(), folder.config().object("exits"));
  }

  /** What stands in for what settings do not say. */
  private ExitSettings base(ExitSettings settings) {
    ExitSpec exits = folder.spec().exits();
    boolean unnamed = settings.policy() == null && isLossless(settings);
    return unnamed && exits != null && exits.losslessPolicy() != null
        ? stated(exits.losslessPolicy(), folder.config().object("exits").object("lossless_policy"))
        : own();
  }

  /**
   * Settings with what the model states in place of what they leave to it.
   *
   * @throws InputException when they lack something, or what the model states makes no sense
   */
  ExitSettings resolved(ExitSettings settings) {
    return resolved(settings, base(settings));
  }

  private static ExitSettings stated(ExitSpec.Policy stated, Config config) {
    Confidence confidence = Confidence.named(stated.confidence());
    if (confidence == null) {
      throw config.wrong("confidence", "is no confidence that DEED knows");
    }
    if ((stated.gate() > 0 && !confidence.needsLogits())
        || (stated.shortlist() > 0 && !confidence.suitsShortlist())) {
      throw config.wrong(
          "confidence",
          "has no use for gate_threshold (max_prob, margin and entropy have) or shortlist (max_prob"
              + " and margin have)");
    }
    return ExitSettings.of(confidence, stated.threshold())
        .withLayers(stated.layers())
        .withDecay(stated.decay() > 0 ? stated.decay() : null)
        .withGate(stated.gate() > 0 ? stated.gate() : null)
        .withShortlist(stated.shortlist() > 0 ? stated.shortlist() : null)
        .withLossless(stated.lossless() ? true : null)
        .withDraftTokens(stated.draftTokens() > 0 ? stated.draftTokens() : null)
        .withDraftNgrams(stated.draftNgrams() > 0 ? stated.draftNgrams() : null);
  }

  /**
   * The rule that settings mean.
   *
   * @throws InputException when they lack something, or the model has no such exit or layer, or no
   *     gate
   */
  ExitRule rule(ExitSettings settings) {
    ExitSettings resolved = resolved(settings);
    if (!isLossless(resolved)) {
      ExitBuilder.requireNoDrafts(resolved);
    }
    int last = decoder.layerCount();
    if (ExitSettings.FULL.equals(resolved.policy())) {
      return ExitRule.full(last);
    }
    ExitSpec exits = folder.spec().exits();
    if (exits == null) {
      throw new InputException(
          "exit policy", "the model has no exits", "use the policy full, or a model with exits");
    }
    ExitHistory history = resolved.history() == null ? ExitHistory.JIT : resolved.history();
    Confidence confidence = resolved.confidence();
    if (confidence == null) {
      int layer = fixed(resolved);
      requireExit(exits, layer);
      return ExitRule.atLayer(layer).withHistory(history);
    }
    double gate = resolved.gate() == null ? 0 : resolved.gate();
    InputException.require(
        decoder.hasGate() || (confidence != Confidence.GATE && gate == 0),
        "exit policy gate",
        "the model has no gate",
        "use another confidence, such as max_prob, and no gate before it");
    return new ExitRule(
        confidence,
        new ExitCriterion.Threshold(
            resolved.threshold() == null ? ExitSettings.DEFAULT_THRESHOLD : resolved.threshold(),
            resolved.decay() == null ? 0 : resolved.decay()),
        gate,
        resolved.shortlist() == null ? 0 : resolved.shortlist(),
        layers(exits, resolved, last),
        history);
  }

  /**
   * How the drafts of settings come about, without the source of n-grams; null where they have
   * none.
   */
  @Nullable LearningDrafts drafting(ExitSettings settings) {
    ExitSettings resolved = resolved(settings);
    if (!isLossless(resolved)) {
      return null;
    }
    int most = resolved.draftTokens() == null ? 0 : resolved.draftTokens();
    int ngram = resolved.draftNgrams() == null ? 0 : resolved.draftNgrams();
    return new LearningDrafts(most, ngram, List.of(), prices);
  }

  /**
   * The search that settings mean, without the source of n-grams.
   *
   * @param chosen how tokens are chosen
   * @throws InputException when it is lossless and a beam search
   */
  SearchStrategy strategy(ExitSettings settings, SearchStrategy chosen) {
    LearningDrafts drafting = drafting(settings);
    if (drafting == null) {
      return chosen;
    }
    InputException.require(
        !(chosen instanceof SearchStrategy.Beam),
        "lossless exits",
        "verify greedy or drawn answers, and num_beams asks for a beam search",
        "set num_beams to 1, or leave out lossless");
    return new SearchStrategy.Verified(chosen, drafting);
  }

  /**
   * The search with the source of its drafts from n-grams.
   *
   * @param source tokens of the encoder's input; null where it reads none
   */
  static SearchStrategy fromSource(SearchStrategy strategy, int @Nullable [] source) {
    if (!(strategy
            instanceof SearchStrategy.Verified(SearchStrategy chains, LearningDrafts drafting))
        || drafting.ngram() == 0
        || source == null) {
      return strategy;
    }
    List<Integer> tokens = Arrays.stream(source).boxed().toList();
    return new SearchStrategy.Verified(chains, drafting.withSource(tokens));
  }

  /** Whether settings lack nothing; see {@link ExitSettings#isComplete}. */
  static boolean isComplete(ExitSettings settings, ExitSettings own) {
    boolean measured = settings.threshold() == null || own.confidence() != null;
    boolean named =
        settings.policy() == null
            ? settings.exitAt() == null && measured
            : settings.exitAt() != null || !settings.policy().equals(ExitSettings.STATIC);
    boolean drafts = settings.draftTokens() != null || settings.draftNgrams() != null;
    return named && (!drafts || isLossless(resolved(settings, own)));
  }

  private static boolean isLossless(ExitSettings settings) {
    return Boolean.TRUE.equals(settings.lossless());
  }

  /** Settings that name their policy; with the model's own where that is the same. */
  static ExitSettings resolved(ExitSettings settings, ExitSettings own) {
    if (settings.policy() == null) {
      InputException.require(
          settings.exitAt() == null,
          "exit layer " + settings.exitAt(),
          "has no policy",
          "name the policy static with it");
      InputException.require(
          settings.threshold() == null || own.confidence() != null,
          "threshold " + settings.threshold(),
          "the model states no confidence of its own",
          "name the policy too, such as max_prob");
      return settings.onTopOf(own);
    }
    boolean asOwn = settings.threshold() == null && settings.policy().equals(own.policy());
    return asOwn ? settings.onTopOf(own) : settings;
  }

  private static int fixed(ExitSettings settings) {
    Integer layer = settings.exitAt();
    if (layer == null) {
      throw new InputException(
          "policy static", "has no layer", "give --exit-at N (exit_at in a line)");
    }
    return layer;
  }

  private static List<Integer> layers(ExitSpec exits, ExitSettings settings, int last) {
    int least = settings.minLayer() == null ? 1 : settings.minLayer();
    InputException.require(
        least <= last,
        "minimum exit layer " + least,
        "the decoder has layers 1.." + last,
        "choose among these");
    TreeSet<Integer> layers = new TreeSet<>();
    for (int layer : settings.layers() == null ? exits.layers() : settings.layers()) {
      requireExit(exits, layer);
      if (layer >= least) {
        layers.add(layer);
      }
    }
    layers.add(last);
    return List.copyOf(layers);
  }

  private static void requireExit(ExitSpec exits, int layer) {
    InputException.require(
        exits.layers().contains(layer),
        "exit layer " + layer,
        "the model has exits at " + exits.layers() + " only",
        "choose among these");
  }
}
