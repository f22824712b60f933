package dev.deed.decode.logits;

/**
 * Bans tokens whose probability is below min(ε, √ε · exp(−H)), H being the entropy of the scores
 * (Hewitt et al. 2022, arXiv 2210.15191).
 *
 * @param epsilon in 0…1
 * @param keep fewest tokens to keep, at least 1
 */
public record EtaCutoff(double epsilon, int keep) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    double log = StrictMath.log(epsilon);
    scores.banBelow(Math.min(log, log / 2 - scores.statistics().entropy()), keep);
  }
}
