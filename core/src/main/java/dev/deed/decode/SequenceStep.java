package dev.deed.decode;

import dev.deed.tensor.LogitStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One sequence on its way through the layers of one step. */
final class SequenceStep {
  final DecoderState state;
  final ExitRule rule;
  private final List<Double> consulted = new ArrayList<>();
  private int layersRun;
  private int layerPasses;
  private int headLookups;
  private double hiddenConfidence;
  private @Nullable StepResult result;

  SequenceStep(DecoderState state, ExitRule rule) {
    this.state = state;
    this.rule = rule;
  }

  boolean running() {
    return result == null;
  }

  StepResult result() {
    return Objects.requireNonNull(result);
  }

  void countLayer(int rows) {
    layersRun += rows;
    layerPasses++;
  }

  /**
   * Whether the logits of an exit are needed: to ask them, or because the token comes from here.
   *
   * @param confidence read off the hidden state, NaN when only the logits tell
   */
  boolean wantsLogits(int layer, double confidence) {
    hiddenConfidence = confidence;
    if (layer == rule.lastLayer() || Double.isNaN(confidence)) {
      return true;
    }
    consulted.add(confidence);
    return rule.policy() instanceof ExitPolicy.Threshold threshold
        && confidence >= threshold.threshold();
  }

  /** Emits if this is the last layer or the confidence suffices. */
  void judge(int layer, LogitStatistics statistics) {
    headLookups++;
    double confidence =
        Double.isNaN(hiddenConfidence) ? logitConfidence(statistics) : hiddenConfidence;
    if (layer < rule.lastLayer() && Double.isNaN(hiddenConfidence)) {
      consulted.add(confidence);
      if (!(rule.policy() instanceof ExitPolicy.Threshold threshold)
          || !(confidence >= threshold.threshold())) {
        return;
      }
    }
    result =
        new StepResult(
            statistics.argmax(),
            layer,
            confidence,
            statistics.logProbability(statistics.max()),
            consulted,
            layersRun,
            layerPasses,
            headLookups);
  }

  private double logitConfidence(LogitStatistics statistics) {
    if (!(rule.policy() instanceof ExitPolicy.Threshold threshold)) {
      return statistics.maxProbability();
    }
    return switch (threshold.confidence()) {
      case MARGIN -> statistics.margin();
      case ENTROPY -> statistics.entropyConfidence();
      case MAX_PROB, SIMILARITY, GATE -> statistics.maxProbability();
    };
  }
}
