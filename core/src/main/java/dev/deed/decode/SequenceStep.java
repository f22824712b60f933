package dev.deed.decode;

import dev.deed.decode.logits.Scores;
import dev.deed.tensor.LogitStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One sequence on its way through the layers of one step. */
final class SequenceStep {
  final DecoderState state;
  final ExitRule rule;
  private final StepRow row;
  private final List<Double> consulted = new ArrayList<>();
  private int layersRun;
  private int layerPasses;
  private int headLookups;
  private double hiddenConfidence;
  private @Nullable StepOutcome outcome;

  SequenceStep(StepRow row) {
    this.state = row.state();
    this.rule = row.rule();
    this.row = row;
  }

  boolean running() {
    return outcome == null;
  }

  StepOutcome outcome() {
    return Objects.requireNonNull(outcome);
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
    return suffices(layer, confidence);
  }

  /**
   * Emits if this is the last layer or the confidence suffices.
   *
   * @param logits holds this sequence's row from {@code offset} on
   * @throws dev.deed.checkpoint.InputException when its scores are no numbers
   */
  void judge(int layer, float[] logits, int offset, Scores scores) {
    headLookups++;
    scores.begin(logits, offset, row.normalised());
    LogitStatistics raw = scores.statistics();
    row.processors().forEach(processor -> processor.process(row.tokens(), scores));
    ScoreCheck.require(raw, scores.statistics(), row.processors());
    double confidence =
        Double.isNaN(hiddenConfidence) ? logitConfidence(scores.statistics()) : hiddenConfidence;
    if (layer < rule.lastLayer() && Double.isNaN(hiddenConfidence)) {
      consulted.add(confidence);
      if (!suffices(layer, confidence)) {
        return;
      }
    }
    outcome =
        new StepOutcome(
            row.chooser().choose(row.tokens(), scores),
            layer,
            confidence,
            List.copyOf(consulted),
            layersRun,
            layerPasses,
            headLookups);
  }

  private boolean suffices(int layer, double confidence) {
    int position = row.tokens().emitted();
    return switch (rule.policy()) {
      case ExitPolicy.Threshold threshold -> confidence >= threshold.at(position);
      case ExitPolicy.Schedule schedule -> layer >= schedule.at(position);
      case ExitPolicy.Full _, ExitPolicy.Static _ -> false;
    };
  }

  private double logitConfidence(LogitStatistics statistics) {
    if (statistics.max() == Float.NEGATIVE_INFINITY) {
      return 0; // no token is possible
    }
    return switch (rule.policy().confidence()) {
      case MARGIN -> statistics.margin();
      case ENTROPY -> statistics.entropyConfidence();
      case MAX_PROB, SIMILARITY, GATE -> statistics.maxProbability();
      case null -> statistics.maxProbability();
    };
  }
}
