package dev.deed.decode;

import dev.deed.checkpoint.InputException;
import dev.deed.model.spec.ExitSpec;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An exit policy with the layers at which it may act, checked against a model.
 *
 * @param policy how a step decides
 * @param layers 1-based layers that may emit, ascending, the last decoder layer included
 * @param history what later steps see of positions that stopped early
 */
public record ExitRule(ExitPolicy policy, List<Integer> layers, History history) {
  public ExitRule {
    layers = List.copyOf(layers);
  }

  /** Full depth. */
  public static ExitRule full(int decoderLayers) {
    return new ExitRule(ExitPolicy.full(), List.of(decoderLayers), History.JIT);
  }

  /**
   * Checks a policy against a model.
   *
   * @param exits the model's exits; null for a plain model, which runs full depth only
   * @param subset layers that may emit, null for those of the policy, else all exits of the model;
   *     the last decoder layer always may
   * @param minLayer exits below it are passed by
   * @throws InputException when the model has no such exit or layer, or no gate
   */
  public static ExitRule of(
      ExitPolicy policy,
      @Nullable ExitSpec exits,
      boolean hasGate,
      int decoderLayers,
      @Nullable List<Integer> subset,
      int minLayer,
      History history) {
    if (policy instanceof ExitPolicy.Full) {
      return full(decoderLayers);
    }
    if (exits == null) {
      throw new InputException(
          "exit policy", "the model has no exits", "use the policy full, or a model with exits");
    }
    if (policy instanceof ExitPolicy.Static fixed) {
      requireExit(exits, fixed.layer());
      return new ExitRule(policy, List.of(fixed.layer()), history);
    }
    if (!hasGate && (policy.confidence() == Confidence.GATE || gate(policy) > 0)) {
      throw new InputException(
          "exit policy gate",
          "the model has no gate",
          "use another confidence, such as max_prob, and no gate before it");
    }
    if (minLayer < 1 || minLayer > decoderLayers) {
      throw new InputException(
          "minimum exit layer " + minLayer,
          "the decoder has layers 1.." + decoderLayers,
          "choose among these");
    }
    TreeSet<Integer> layers = new TreeSet<>();
    List<Integer> asked = subset;
    if (asked == null && policy instanceof ExitPolicy.Threshold threshold) {
      asked = threshold.layers();
    }
    for (int layer : asked == null ? exits.layers() : asked) {
      requireExit(exits, layer);
      if (layer >= minLayer) {
        layers.add(layer);
      }
    }
    layers.add(decoderLayers);
    return new ExitRule(policy, List.copyOf(layers), history);
  }

  private static void requireExit(ExitSpec exits, int layer) {
    if (!exits.layers().contains(layer)) {
      throw new InputException(
          "exit layer " + layer,
          "the model has exits at " + exits.layers() + " only",
          "choose among these");
    }
  }

  /** Whether a step may stop at {@code layer}. */
  boolean mayExit(int layer) {
    return layers.contains(layer);
  }

  /** Exits from {@code layer} to the one where a step stops that is to stop at {@code target}. */
  long exitsOnTheWay(int layer, int target) {
    return layers.stream().filter(exit -> exit >= layer && exit < target).count() + 1;
  }

  private static double gate(ExitPolicy policy) {
    return policy instanceof ExitPolicy.Threshold threshold ? threshold.asking().gate() : 0;
  }

  /** The deepest layer that a step can reach. */
  int lastLayer() {
    return layers.getLast();
  }
}
