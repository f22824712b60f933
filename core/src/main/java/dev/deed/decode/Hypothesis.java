package dev.deed.decode;

import dev.deed.decode.logits.TokenSequence;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A beginning of an answer that beam search may go on with.
 *
 * @param state what the decoder remembers of it
 * @param tokens decoder inputs, prefix included
 * @param trail its steps
 * @param score sum of its tokens' scores; a float, as the reference adds them
 */
record Hypothesis(DecoderState state, TokenSequence tokens, @Nullable Trail trail, float score) {
  /** Steps as a list that grows at its end and shares its beginning with others. */
  record Trail(@Nullable Trail before, StepResult step) {
    /** The steps of a trail, in order. */
    static List<StepResult> steps(@Nullable Trail last) {
      ArrayDeque<StepResult> steps = new ArrayDeque<>();
      for (Trail at = last; at != null; at = at.before) {
        steps.addFirst(at.step);
      }
      return List.copyOf(steps);
    }
  }

  /** This hypothesis with a token more; its state and tokens become the new one's. */
  Hypothesis grow(StepResult step, float newScore) {
    state.append(step.token());
    tokens.append(step.token());
    return new Hypothesis(state, tokens, new Trail(trail, step), newScore);
  }

  /** The same hypothesis with a state and tokens of its own. */
  Hypothesis fork() {
    return new Hypothesis(state.fork(), tokens.fork(), trail, score);
  }
}
