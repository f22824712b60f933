package dev.deed.decode.logits;

/**
 * Bans tokens whose probability is below a limit (Hewitt et al. 2022, arXiv 2210.15191).
 *
 * @param epsilon the limit, in 0…1
 * @param keep fewest tokens to keep, at least 1
 */
public record EpsilonCutoff(double epsilon, int keep) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    scores.banBelow(StrictMath.log(epsilon), keep);
  }
}
