package dev.deed;

import dev.deed.decode.Effort;
import dev.deed.decode.Finish;
import dev.deed.decode.GeneratedSequence;
import dev.deed.decode.StepResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model generated for one input. Unless said otherwise its methods tell of the best
 * sequence.
 *
 * @param sequences as many as were asked for, or as there are where the settings allow fewer; at
 *     least one, best first
 * @param ranked whether scores tell them from one another: beam search, or several drawn
 * @param effort what decoding took, sequences that are not returned included
 * @param timing where the time went
 */
public record Generation(
    List<GeneratedSequence> sequences, boolean ranked, Effort effort, Timing timing) {
  public Generation {
    sequences = List.copyOf(sequences);
  }

  /** The answer's text without special tokens; null when the folder holds no tokenizer. */
  public @Nullable String text() {
    return best().text();
  }

  /** One for each new token, the end token included. */
  public List<StepResult> steps() {
    return best().steps();
  }

  /** Why it ended. */
  public Finish finish() {
    return best().finish();
  }

  /** New tokens only: without decoder start and prefix, with the end token when it was emitted. */
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

  /** Decoder-layer × position evaluations, fills included, of all sequences. */
  public int layersRun() {
    return effort.layersRun();
  }

  /** Evaluations that full depth would have made for the same positions of all sequences. */
  public int layersPossible() {
    return effort.layersPossible();
  }

  /** How often a layer's weights were walked through; a filled block counts once. */
  public int layerPasses() {
    return effort.layerPasses();
  }

  /** How often logits were computed, for all sequences. */
  public int headLookups() {
    return effort.headLookups();
  }

  private GeneratedSequence best() {
    return sequences.getFirst();
  }
}
