package dev.deed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model generated for one input. Unless said otherwise its methods tell of the best
 * sequence. Immutable.
 *
 * @param sequences as many as were asked for, or as there are where the settings allow fewer; at
 *     least one, best first
 * @param ranked whether scores tell them from one another: beam search, or several drawn
 * @param layersRun decoder-layer × position evaluations of all sequences, fills included
 * @param layersPossible evaluations that full depth would have made for the same positions
 * @param layerPasses how often a layer's weights were walked through; a filled block counts once
 * @param headLookups how often logits were computed, for all sequences
 * @param timing where the time went
 */
public record Generation(
    List<GeneratedSequence> sequences,
    boolean ranked,
    int layersRun,
    int layersPossible,
    int layerPasses,
    int headLookups,
    Timing timing) {
  public Generation {
    sequences = List.copyOf(sequences);
  }

  /** The answer's text without special tokens; null when the folder holds no tokenizer. */
  public @Nullable String text() {
    return best().text();
  }

  /** The new tokens, the end token included when it was emitted. */
  public List<Token> tokens() {
    return best().tokens();
  }

  /** Why it ended. */
  public Finish finish() {
    return best().finish();
  }

  /** The tokens' ids. */
  public List<Integer> tokenIds() {
    return best().tokenIds();
  }

  /** The layer that emitted each token, from 1. */
  public List<Integer> exitLayers() {
    return best().exitLayers();
  }

  /** The policy's measure at the exit that emitted each token. */
  public List<Double> confidences() {
    return best().confidences();
  }

  /** Natural logarithm of each token's probability at its exit, before logits processors. */
  public List<Double> logProbabilities() {
    return best().logProbabilities();
  }

  private GeneratedSequence best() {
    return sequences.getFirst();
  }
}
