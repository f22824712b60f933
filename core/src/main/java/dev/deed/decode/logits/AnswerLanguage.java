package dev.deed.decode.logits;

/**
 * Lets an answer be nothing but a text of a language. Acts last, so that what is banned stays so.
 *
 * @param start before the first token of the text
 * @param place length of the sequence, prefix included, at which the text begins
 */
public record AnswerLanguage(AnswerState start, int place) implements LogitsProcessor.Banning {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    AnswerState state = tokens.state();
    if (state != null) {
      state.restrict(scores);
    }
  }
}
