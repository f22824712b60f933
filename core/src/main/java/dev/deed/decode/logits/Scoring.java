package dev.deed.decode.logits;

import dev.deed.tensor.LogitStatistics;
import java.util.List;

/**
 * How the scores of a sequence's next token come about: from logits, by way of processors.
 *
 * @param tokens the decoder inputs so far
 * @param processors act on the scores, in this order, before confidence is measured
 * @param normalised whether scores are log-probabilities (beam search) instead of logits
 */
public record Scoring(TokenSequence tokens, List<LogitsProcessor> processors, boolean normalised) {
  public Scoring {
    processors = List.copyOf(processors);
  }

  public Scoring with(TokenSequence others) {
    return new Scoring(others, processors, normalised);
  }

  /**
   * Turns logits into scores.
   *
   * @param logits [vocabulary] from {@code offset} on; never changed here
   * @param scores turns to them
   * @throws dev.deed.value.InputException when they are no numbers
   */
  public void score(float[] logits, int offset, Scores scores) {
    scores.begin(logits, offset, normalised);
    LogitStatistics raw = scores.statistics();
    process(scores);
    ScoreCheck.require(raw, scores.statistics(), processors);
  }

  public void process(Scores scores) {
    processors.forEach(processor -> processor.process(tokens, scores));
  }

  /** Whether processors do nothing to these scores but ban tokens, whatever the scores are. */
  public boolean onlyBans() {
    return processors.stream().allMatch(processor -> processor.onlyBans(tokens));
  }
}
