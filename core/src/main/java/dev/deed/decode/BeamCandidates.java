package dev.deed.decode;

import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.ScoreCheck;
import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.decode.logits.TopTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Takes as many tokens as a beam search may need of one hypothesis: the best, or, with a random
 * stream, a draw without replacement. Such a draw from the softmax of scores is what remains on top
 * when standard Gumbel noise is added to them (Kool et al. 2019, arXiv 1903.06059), and that holds
 * over the candidates of all hypotheses too.
 */
record BeamCandidates(int count, List<LogitsProcessor> warpers, @Nullable SplittableRandom random)
    implements TokenChooser {
  @Override
  public List<Candidate> choose(TokenSequence tokens, Scores scores) {
    if (!warpers.isEmpty()) {
      warpers.forEach(warper -> warper.process(tokens, scores));
      ScoreCheck.requireSound(scores.statistics());
    }
    TopTokens top = random == null ? scores.largest(count) : drawn(scores, random);
    top.sort();
    List<Candidate> candidates = new ArrayList<>(top.size());
    for (int i = 0; i < top.size(); i++) {
      int token = top.token(i);
      candidates.add(
          new Candidate(token, scores.get(token), top.score(i), scores.logProbability(token)));
    }
    return candidates;
  }

  private TopTokens drawn(Scores scores, SplittableRandom noise) {
    TopTokens top = new TopTokens(Math.min(count, scores.size()));
    for (int token = 0; token < scores.size(); token++) {
      float score = scores.get(token);
      if (score > Float.NEGATIVE_INFINITY) {
        double uniform = noise.nextDouble(Double.MIN_NORMAL, 1);
        top.offer(token, score - StrictMath.log(-StrictMath.log(uniform)));
      }
    }
    return top;
  }
}
