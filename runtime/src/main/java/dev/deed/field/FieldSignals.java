package dev.deed.field;

import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.decode.logits.AnswerState;
import dev.deed.value.Alternative;
import java.util.List;

/**
 * What tells how sure a field is; each is higher where it is surer. Tokens that the page leaves no
 * choice of say nothing and do not count. Immutable.
 *
 * @param logProbability sum of the tokens' log-probabilities
 * @param allowed the same, of the tokens alone that the page allowed, as far as the model told them
 * @param margin least difference of the probabilities of a token and the next that was allowed
 * @param depth share of the layers that the deepest token did not need, 0…1
 * @param reading mean log-probability of the least certain line that was read; 0 for given words
 */
public record FieldSignals(
    double logProbability, double allowed, double margin, double depth, double reading) {
  /** Tokens of whom the model is asked to tell the probability: those allowed are among them. */
  static final int ALTERNATIVES = 8;

  /** Below any log-probability that a model of numbers tells. */
  private static final double LEAST = -50;

  /** {@return the names, in the order of {@link #values}} */
  public static List<String> names() {
    return List.of("log_prob", "allowed", "margin", "depth", "reading");
  }

  /** {@return the values} */
  public double[] values() {
    return new double[] {logProbability, allowed, margin, depth, reading};
  }

  /**
   * Those of an answer.
   *
   * @param start what it was held to
   * @param layers of the decoder
   */
  static FieldSignals of(Generation answer, AnswerState start, int layers, double reading) {
    AnswerState state = start;
    double sum = 0;
    double allowed = 0;
    double margin = 1;
    int deepest = 1;
    for (Token token : answer.tokens()) {
      if (state.forced() == AnswerState.NOT_FORCED) {
        double own = Math.exp(token.logProbability());
        double others = 0;
        double next = 0;
        for (Alternative other : token.alternatives()) {
          if (other.id() != token.id() && state.allows(other.id())) {
            others += other.probability();
            next = Math.max(next, other.probability());
          }
        }
        sum += Math.max(LEAST, token.logProbability());
        allowed += Math.max(LEAST, Math.log(own / (own + others)));
        margin = Math.min(margin, own - next);
        deepest = Math.max(deepest, token.exitLayer());
      }
      state = state.after(token.id());
    }
    return new FieldSignals(
        sum, allowed, margin, (double) (layers - Math.min(deepest, layers)) / layers, reading);
  }
}
