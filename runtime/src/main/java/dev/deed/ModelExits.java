package dev.deed;

import dev.deed.decode.SearchStrategy;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitHistory;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What exit settings come to for an opened model.
 *
 * @param drafts by its own layers, in int8 or by another model
 */
record ModelExits(ModelFolder folder, Decoder decoder, ModelDrafts drafts) {
  /** What the model's configuration says; full depth where it says nothing. */
  ExitSettings own() {
    ExitSpec exits = folder.spec().exits();
    return exits == null || exits.policy() == null ? ExitSettings.full() : exits.policy();
  }

  /**
   * Settings with what the model states in place of what they leave to it.
   *
   * @throws InputException when they lack something
   */
  ExitSettings resolved(ExitSettings settings) {
    ExitSpec exits = folder.spec().exits();
    boolean unnamed = settings.get(ExitSetting.POLICY) == null && settings.isLossless();
    ExitSettings lossless = unnamed && exits != null ? exits.losslessPolicy() : null;
    return settings.resolved(lossless == null ? own() : lossless);
  }

  /**
   * The rule that settings mean.
   *
   * @throws InputException when they lack something, or the model has no such exit or layer, or no
   *     gate
   */
  ExitRule rule(ExitSettings settings) {
    ExitSettings resolved = resolved(settings);
    if (!resolved.isLossless()) {
      // Refuses what is said of drafts.
      resolved = resolved.with(ExitSetting.LOSSLESS, false);
    }
    int last = decoder.layerCount();
    ExitPolicy policy = resolved.get(ExitSetting.POLICY);
    if (policy == ExitPolicy.FULL) {
      return ExitRule.full(last);
    }
    ExitSpec exits = folder.spec().exits();
    if (exits == null) {
      throw new InputException(
          "exit policy", "the model has no exits", "use the policy full, or a model with exits");
    }
    ExitHistory history = or(resolved.get(ExitSetting.HISTORY), ExitHistory.JIT);
    Confidence confidence = Confidence.of(policy);
    if (confidence == null) {
      Integer layer = resolved.get(ExitSetting.EXIT_AT);
      if (layer == null) {
        throw new InputException("policy static", "has no layer", "set exit_at too");
      }
      requireExit(exits, layer);
      return ExitRule.atLayer(layer).withHistory(history);
    }
    double gate = or(resolved.get(ExitSetting.GATE), 0.0);
    InputException.require(
        decoder.hasGate() || (confidence != Confidence.GATE && gate == 0),
        "exit policy gate",
        "the model has no gate",
        "use another confidence, such as max_prob, and no gate before it");
    return new ExitRule(
        confidence,
        new ExitCriterion.Threshold(
            or(resolved.get(ExitSetting.THRESHOLD), ExitSettings.DEFAULT_THRESHOLD),
            or(resolved.get(ExitSetting.DECAY), 0.0)),
        gate,
        layers(exits, resolved, last),
        history);
  }

  private static <T> T or(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }

  /**
   * The search that options mean, without texts that drafts are copied from.
   *
   * @param chosen how tokens are chosen
   * @throws InputException when it is lossless and a beam search
   */
  SearchStrategy strategy(GenerationOptions options, SearchStrategy chosen) {
    ExitSettings resolved = resolved(drafts.implied(options, chosen));
    if (!resolved.isLossless()) {
      return chosen;
    }
    boolean beams = chosen instanceof SearchStrategy.Beam;
    InputException.requireField(
        !beams || options.prediction() == null,
        "prediction",
        "is for greedy or drawn answers, and num_beams asks for a beam search",
        "set num_beams to 1, or leave it out");
    InputException.require(
        !beams,
        "lossless exits",
        "verify greedy or drawn answers, and num_beams asks for a beam search",
        "set num_beams to 1, or leave out lossless");
    return drafts.verified(options, resolved, chosen);
  }

  private static List<Integer> layers(ExitSpec exits, ExitSettings settings, int last) {
    int least = or(settings.get(ExitSetting.MIN_LAYER), 1);
    InputException.require(
        least <= last,
        "minimum exit layer " + least,
        "the decoder has layers 1.." + last,
        "choose among these");
    List<Integer> layers = or(settings.get(ExitSetting.LAYERS), exits.layers());
    layers.forEach(layer -> requireExit(exits, layer));
    return Stream.concat(layers.stream().filter(layer -> layer >= least), Stream.of(last)).toList();
  }

  private static void requireExit(ExitSpec exits, int layer) {
    InputException.require(
        exits.layers().contains(layer),
        "exit layer " + layer,
        "the model has exits at " + exits.layers() + " only",
        "choose among these");
  }
}
