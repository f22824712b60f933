package dev.deed;

import dev.deed.value.Exit;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the answers to an input. Immutable.
 *
 * @param text its text without special tokens; null when the folder holds no tokenizer
 * @param tokens the new tokens, without the decoder's start and prefix, with the end token when it
 *     was emitted
 * @param finish why it ended
 * @param score the larger, the better: in beam search Transformers' {@code sequences_scores}, else
 *     the mean of {@link #logProbabilities}; NaN where these are not told
 * @param dropped for each token what was decoded in vain before it: with lossless exits, the draft
 *     that a token of full depth takes the place of, and what came behind; else nothing
 * @param forced how many tokens took no layer, since a {@linkplain Constraint constraint} allowed
 *     no other: they left at layer 0, with a log-probability of 0
 * @param unfinished whether it ended at its most tokens as a mere beginning of a text of the
 *     language that a constraint holds it to
 */
public record GeneratedSequence(
    @Nullable String text,
    List<Token> tokens,
    Finish finish,
    double score,
    List<List<Exit>> dropped,
    int forced,
    boolean unfinished) {
  /** Copies the lists. */
  public GeneratedSequence {
    tokens = List.copyOf(tokens);
    dropped = dropped.stream().map(List::copyOf).toList();
  }

  /** {@return what is wrong with an {@linkplain #unfinished unfinished} answer; null: nothing} */
  public @Nullable InputException shortfall() {
    return unfinished
        ? new InputException(
            "answer",
            "is cut off at its most tokens before it is a text of the language that it is held to",
            "raise max_new_tokens, or take a model that learned to write such texts")
        : null;
  }

  /** {@return the ids of the tokens} */
  public List<Integer> tokenIds() {
    return tokens.stream().map(Token::id).toList();
  }

  /** {@return the layer that emitted each token, from 1} */
  public List<Integer> exitLayers() {
    return tokens.stream().map(Token::exitLayer).toList();
  }

  /** {@return what the policy measured at the exit that emitted each token} */
  public List<Double> confidences() {
    return tokens.stream().map(Token::confidence).toList();
  }

  /**
   * {@return the natural logarithm of each token's probability at its exit, before logits
   * processors; NaN where it is not told}
   */
  public List<Double> logProbabilities() {
    return tokens.stream().map(Token::logProbability).toList();
  }
}
