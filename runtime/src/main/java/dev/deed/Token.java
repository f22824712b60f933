package dev.deed;

import dev.deed.decode.StepResult;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.Alternative;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token of an answer. Immutable.
 *
 * @param index its place in the answer, from 0
 * @param id its number in the model's vocabulary
 * @param exitLayer the layer that emitted it, from 1; with lossless exits the layer that drafted
 *     it, the last where none did, and 0 where it was copied from the encoder's input, or drafted
 *     by narrow layers that ran to their end
 * @param confidence what the policy measured at that exit, after logits processors; at full depth
 *     and at a fixed layer the largest probability; an estimate where a screened head answered
 * @param logProbability natural logarithm of its probability at that exit, before logits
 *     processors; NaN without {@linkplain GenerationOptions#withLogProbabilities
 *     log-probabilities}, else not finite only where {@code remove_invalid_values} is on and the
 *     model computed such a score
 * @param consulted the confidences that were measured below the last layer, in the order of the
 *     layers; an exit that a gate passed by has none
 * @param alternatives the most probable tokens at that exit, most probable first, as many as {@link
 *     GenerationOptions#withAlternatives(int)} asks for; fewer where others have a probability of
 *     0. This token is among them where it ranks so high, with the probability that {@code
 *     logProbability} tells. Empty where none are asked for, and where {@code logProbability} is
 *     not finite because the model computed no numbers
 */
public record Token(
    int index,
    int id,
    int exitLayer,
    double confidence,
    double logProbability,
    List<Double> consulted,
    List<Alternative> alternatives) {
  /** Copies the lists. */
  public Token {
    consulted = List.copyOf(consulted);
    alternatives = List.copyOf(alternatives);
  }

  /**
   * @param tokenizer null where the folder holds none
   * @param logProbabilities whether it tells its own
   */
  static Token of(
      int index, StepResult step, @Nullable Tokenizer tokenizer, boolean logProbabilities) {
    return new Token(
        index,
        step.token(),
        step.exit().layer(),
        step.exit().confidence(),
        logProbabilities ? step.logProbability() : Double.NaN,
        step.exit().consulted(),
        step.alternatives().stream()
            .map(
                one ->
                    new Alternative(
                        one.id(),
                        tokenizer == null ? "" : tokenizer.added(one.id()),
                        one.logProbability()))
            .toList());
  }
}
