package dev.deed.decode.exit;

import dev.deed.value.ExitHistory;
import java.util.List;
import java.util.TreeSet;

/**
 * When a step stops: at the first of some layers whose confidence suffices, else at the last of
 * them, where nothing is asked. Immutable.
 *
 * @param confidence what is measured
 * @param criterion which confidence is enough below the last of the layers
 * @param gate the head is asked only where the model's gate says at least this much, 0…1; 0:
 *     everywhere
 * @param layers that may emit, from 1, ascending; at least one
 * @param history what later steps see of positions that stopped early
 */
public record ExitRule(
    Confidence confidence,
    ExitCriterion criterion,
    double gate,
    List<Integer> layers,
    ExitHistory history) {
  private static final ExitCriterion NEVER =
      new ExitCriterion.Threshold(Double.POSITIVE_INFINITY, 0);

  public ExitRule {
    layers = List.copyOf(new TreeSet<>(layers));
    if (layers.isEmpty() || layers.getFirst() < 1) {
      throw new IllegalArgumentException("layers " + layers);
    }
    if (!(gate >= 0 && gate <= 1) || (gate > 0 && !confidence.needsLogits())) {
      throw new IllegalArgumentException("gate " + gate + " before " + confidence);
    }
  }

  public static ExitRule full(int decoderLayers) {
    return atLayer(decoderLayers);
  }

  /** Every step stops at this layer, from 1. */
  public static ExitRule atLayer(int layer) {
    return of(Confidence.MAX_PROB, NEVER, List.of(layer));
  }

  /** With just-in-time features, and no gate before the head. */
  public static ExitRule of(Confidence confidence, ExitCriterion criterion, List<Integer> layers) {
    return new ExitRule(confidence, criterion, 0, layers, ExitHistory.JIT);
  }

  public static ExitRule threshold(Confidence confidence, double value, List<Integer> layers) {
    return of(confidence, new ExitCriterion.Threshold(value, 0), layers);
  }

  public ExitRule withHistory(ExitHistory other) {
    return new ExitRule(confidence, criterion, gate, layers, other);
  }

  /** The deepest layer that a step can reach. */
  public int lastLayer() {
    return layers.getLast();
  }
}
