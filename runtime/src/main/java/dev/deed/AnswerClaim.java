package dev.deed;

import dev.deed.value.Finish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of itself, to be checked; see {@link Proof#check}. Immutable.
 *
 * @param tokenIds its tokens, with the end token if there is one; may hold anything
 * @param finish why it ended; null: it does not say
 * @param text its text without special tokens; null: it has none
 * @param logProbabilities of the tokens before logits processors; empty: it does not say
 * @param receipt null where it has none
 */
public record AnswerClaim(
    List<Integer> tokenIds,
    @Nullable Finish finish,
    @Nullable String text,
    List<Double> logProbabilities,
    @Nullable Receipt receipt) {
  /** Copies the lists. */
  public AnswerClaim {
    tokenIds = List.copyOf(tokenIds);
    logProbabilities = List.copyOf(logProbabilities);
  }

  /**
   * {@return what an answer says}
   *
   * @param answer of one sequence
   * @param receipt null for none
   */
  public static AnswerClaim of(Generation answer, @Nullable Receipt receipt) {
    return new AnswerClaim(
        answer.tokenIds(),
        answer.finish(),
        answer.text(),
        answer.hasLogProbabilities() ? answer.logProbabilities() : List.of(),
        receipt);
  }
}
