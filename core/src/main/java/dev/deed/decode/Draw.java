package dev.deed.decode;

import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.ScoreCheck;
import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws one token from the softmax of its scores: the first whose probability, added to those of
 * lower tokens, exceeds a random share of the whole. The share depends on the sequence's number and
 * on how many tokens it has, so a draw that is repeated gives the same token.
 */
final class Draw implements TokenChooser {
  private final SplittableRandom random;
  private final List<LogitsProcessor> warpers;

  /** Random numbers, one for each token: the same however often a token is drawn. */
  private final List<Double> shares = new ArrayList<>();

  Draw(SplittableRandom random, List<LogitsProcessor> warpers) {
    this.random = random;
    this.warpers = warpers;
  }

  @Override
  public List<Candidate> choose(TokenSequence tokens, Scores scores) {
    warpers.forEach(warper -> warper.process(tokens, scores));
    ScoreCheck.requireSound(scores.statistics());
    if (scores.statistics().max() == Float.NEGATIVE_INFINITY) {
      return List.of();
    }
    float[] probabilities = scores.array();
    KernelChoice.kernels().softmax(probabilities, 0, probabilities.length);
    double whole = 0;
    for (float probability : probabilities) {
      whole += probability;
    }
    double share = share(tokens.emitted()) * whole;
    int drawn = 0;
    double sum = 0;
    for (int token = 0; token < probabilities.length && sum <= share; token++) {
      if (probabilities[token] > 0) {
        drawn = token;
        sum += probabilities[token];
      }
    }
    double logProbability = scores.logProbability(drawn);
    return List.of(new Candidate(drawn, (float) logProbability, logProbability, logProbability));
  }

  private synchronized double share(int index) {
    while (shares.size() <= index) {
      shares.add(random.nextDouble());
    }
    return shares.get(index);
  }
}
