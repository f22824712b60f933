package dev.deed;

import dev.deed.decode.GreedySearch;
import dev.deed.decode.StepResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model generated for one input.
 *
 * @param text without special tokens; null when the folder holds no tokenizer
 * @param steps one for each new token, the end token included
 * @param finish why it ended
 * @param timing where the time went
 */
public record Generation(
    @Nullable String text, List<StepResult> steps, GreedySearch.Finish finish, Timing timing) {
  public Generation {
    steps = List.copyOf(steps);
  }

  /** New tokens only: without decoder start and prefix, with the end token when it was emitted. */
  public List<Integer> tokenIds() {
    return steps.stream().map(StepResult::token).toList();
  }

  /** The layer that emitted each token, from 1. */
  public List<Integer> exitLayers() {
    return steps.stream().map(StepResult::exitLayer).toList();
  }

  /** The policy's measure at the exit that emitted each token. */
  public List<Double> confidences() {
    return steps.stream().map(StepResult::confidence).toList();
  }

  /** Natural logarithm of each token's probability at its exit. */
  public List<Double> logProbabilities() {
    return steps.stream().map(StepResult::logProbability).toList();
  }

  /** Decoder-layer × position evaluations, fills included. */
  public int layersRun() {
    return steps.stream().mapToInt(StepResult::layersRun).sum();
  }

  /** How often a layer's weights were walked through; a filled block counts once. */
  public int layerPasses() {
    return steps.stream().mapToInt(StepResult::layerPasses).sum();
  }

  /** How often logits were computed. */
  public int headLookups() {
    return steps.stream().mapToInt(StepResult::headLookups).sum();
  }
}
