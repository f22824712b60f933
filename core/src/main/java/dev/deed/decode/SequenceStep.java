package dev.deed.decode;

import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.Scores;
import dev.deed.tensor.LogitStatistics;
import dev.deed.tensor.ScreeningMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** One sequence on its way through the layers of one step. */
final class SequenceStep {
  final DecoderState state;
  final ExitRule rule;
  private final StepRow row;
  private final List<Double> consulted = new ArrayList<>();
  private final int layersPossible;
  private int layersRun;
  private int layerPasses;
  private int headLookups;
  private double hiddenConfidence;
  private @Nullable Shortlist shortlist;
  private @Nullable StepOutcome outcome;

  /**
   * @param layers of the decoder
   */
  SequenceStep(StepRow row, int layers) {
    this.state = row.state();
    this.rule = row.rule();
    this.row = row;
    // The last layer runs the newest position alone: nothing but the head consumes its outputs.
    this.layersPossible = state.pendingRows(1) * (layers - 1) + 1;
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
   * Whether an exit is asked at all: where the gate is far from sure, most likely in vain.
   *
   * @param gate what it says of the exit's hidden state
   */
  boolean isWorthAsking(int layer, DoubleSupplier gate) {
    if (layer == rule.lastLayer()) {
      return true;
    }
    return switch (rule.policy()) {
      case ExitPolicy.Threshold threshold ->
          threshold.asking().gate() == 0 || gate.getAsDouble() >= threshold.asking().gate();
      case ExitPolicy.Schedule schedule -> {
        ExitPolicy.Stop stop = schedule.at(row.tokens().emitted());
        yield rule.exitsOnTheWay(layer, stop.layer()) <= stop.asked();
      }
      case ExitPolicy.Full _, ExitPolicy.Static _ -> true;
    };
  }

  /** Whether a look-up of this step was in vain and left a shortlist. */
  boolean hasShortlist() {
    return shortlist != null;
  }

  /**
   * Whether the shortlist, if there is one, lets hope for an exit.
   *
   * @param logit gives the exit's logit of a token
   */
  boolean isPromising(int layer, Shortlist.TokenLogit logit) {
    Shortlist left = shortlist;
    return left == null
        || layer == rule.lastLayer()
        || suffices(layer, left.confidence(rule.policy().confidence(), logit));
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
    decide(layer, logitConfidence(scores.statistics()), scores);
  }

  /**
   * Whether the screening copy of the head can stand in for it: the largest score is all that is
   * wanted, of logits in which nothing but bans changes.
   */
  boolean screens() {
    Confidence asked = rule.policy().confidence();
    return row.chooser() instanceof MostProbable
        && !row.normalised()
        && asked != Confidence.MARGIN
        && asked != Confidence.ENTROPY
        && onlyBans();
  }

  /** Bans tokens from scores near the true ones, which count as a look-up of their own. */
  void ban(Scores scores) {
    headLookups++;
    row.processors().forEach(processor -> processor.process(row.tokens(), scores));
  }

  /**
   * Emits if this is the last layer or the confidence surely suffices.
   *
   * @param settled what is known of the scores, whose largest is the true one
   * @return false when it may or may not suffice: then nothing was decided
   */
  boolean judge(int layer, ScreeningMatrix.Settled settled, Scores scores) {
    boolean asked = layer < rule.lastLayer() && Double.isNaN(hiddenConfidence);
    if (asked && suffices(layer, settled.lowest()) != suffices(layer, settled.highest())) {
      return false;
    }
    scores.settle(settled.statistics());
    double confidence = logitConfidence(settled.statistics());
    decide(layer, Math.clamp(confidence, settled.lowest(), settled.highest()), scores);
    return true;
  }

  /**
   * @param logitConfidence what the scores tell, which counts unless the hidden state told
   */
  private void decide(int layer, double logitConfidence, Scores scores) {
    double confidence = Double.isNaN(hiddenConfidence) ? logitConfidence : hiddenConfidence;
    if (layer < rule.lastLayer() && Double.isNaN(hiddenConfidence)) {
      consulted.add(confidence);
      if (!suffices(layer, confidence)) {
        int length = shortlistLength();
        shortlist = length == 0 ? null : Shortlist.of(scores, length);
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
            layersPossible,
            layerPasses,
            headLookups);
  }

  /** 0 where scores are more than logits with bans: logits alone would not tell what to expect. */
  private int shortlistLength() {
    return rule.policy() instanceof ExitPolicy.Threshold threshold && onlyBans()
        ? threshold.asking().shortlist()
        : 0;
  }

  private boolean onlyBans() {
    return row.processors().stream().allMatch(LogitsProcessor::onlyBans);
  }

  private boolean suffices(int layer, double confidence) {
    int position = row.tokens().emitted();
    return switch (rule.policy()) {
      case ExitPolicy.Threshold threshold -> confidence >= threshold.at(position);
      case ExitPolicy.Schedule schedule -> layer >= schedule.at(position).layer();
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
