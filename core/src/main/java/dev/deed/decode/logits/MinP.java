package dev.deed.decode.logits;

/**
 * Bans tokens whose probability is below a share of the largest one (Nguyen et al. 2024, arXiv
 * 2407.01082).
 *
 * @param share in 0…1
 * @param keep fewest tokens to keep, at least 1
 */
public record MinP(double share, int keep) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    double largest = scores.statistics().max() - scores.statistics().logSumExp();
    scores.banBelow(largest + StrictMath.log(share), keep);
  }
}
