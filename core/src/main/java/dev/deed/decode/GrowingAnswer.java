package dev.deed.decode;

import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.exit.StepExits;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.value.Finish;
import java.util.ArrayList;
import java.util.List;

/** The tokens of a sequence and what the decoder remembers of them. Belongs to one search. */
final class GrowingAnswer {
  private final SearchRequest request;
  private final DecoderState state;
  private final TokenSequence tokens;
  private final boolean streamed;
  private final List<StepResult> steps = new ArrayList<>();
  private final ScreenTrust screen = new ScreenTrust();
  private Finish end = Finish.LENGTH;

  /**
   * @param streamed whether the listener hears of each token as it is emitted
   */
  GrowingAnswer(SearchRequest request, DecoderState state, boolean streamed) {
    this.request = request;
    this.state = state;
    this.tokens = new TokenSequence(request.prefix(), request.processors());
    this.streamed = streamed;
  }

  DecoderState state() {
    return state;
  }

  /** Decoder inputs: the prefix and what was appended. */
  TokenSequence tokens() {
    return tokens;
  }

  int emitted() {
    return steps.size();
  }

  /** What a step asks about the token behind all these. */
  ExitQuestion question(ExitRule rule, TokenChooser chooser) {
    return new ExitQuestion(
        rule,
        new Scoring(tokens, request.processors(), false),
        chooser.takesLargest(),
        request.listener().alternatives(),
        estimates());
  }

  /** The exact probabilities of alternatives take the whole head anyway. */
  private ExitQuestion.Estimates estimates() {
    StepListener listener = request.listener();
    return listener.readsProbabilities()
            || listener.alternatives() > 0
            || !screen.asks(steps.size())
        ? ExitQuestion.Estimates.NOWHERE
        : ExitQuestion.Estimates.EVERYWHERE;
  }

  /**
   * Learns whether screening suffices, from a step that ends with a token of this answer.
   *
   * @param balance see {@link StepExits#screenBalance}, of all positions of the step
   */
  void learnScreening(int balance) {
    screen.learn(steps.size(), balance);
  }

  /** Makes a token the next decoder input. */
  void append(int token) {
    tokens.append(token);
    state.append(token);
  }

  /** Forgets all decoder inputs from {@code positions} on. */
  void truncate(int positions) {
    tokens.truncate(positions);
    state.truncate(positions);
  }

  /** Adds a token to the answer; whether others may follow. */
  boolean emit(StepResult result) {
    steps.add(result);
    boolean wanted = !streamed || request.listener().token(steps.size() - 1, result);
    if (request.stopping().ends().contains(result.token())) {
      end = Finish.EOS;
      return false;
    }
    if (!wanted || Thread.currentThread().isInterrupted()) {
      end = Finish.CANCELLED;
      return false;
    }
    return steps.size() < request.stopping().maxNewTokens();
  }

  FoundSequence found() {
    return FoundSequence.ofChain(steps, end);
  }

  /**
   * Whether an answer asks the copy that screens the head, by how often that sufficed so far. A
   * copy that answers nothing costs a look-up a third more, so it rests after two failures in a
   * row: for 8 tokens, and twice as long after each further one. The answer's own tokens alone
   * decide, so it has the same bits beside others. Belongs to one search.
   */
  static final class ScreenTrust {
    private static final int FIRST_REST = 8;
    private static final int LONGEST_REST = 128;

    private int failures;
    private int rest = FIRST_REST;
    private int next;

    /**
     * @param token number of the answer's next token, from 0
     */
    boolean asks(int token) {
      return token >= next;
    }

    /**
     * Learns from the look-ups of a step before a token.
     *
     * @param balance how many the copy answered, less those that it did not; 0 says nothing
     */
    void learn(int token, int balance) {
      if (balance > 0) {
        failures = 0;
        rest = FIRST_REST;
      } else if (balance < 0 && ++failures > 1) {
        next = token + rest;
        rest = Math.min(2 * rest, LONGEST_REST);
      }
    }
  }
}
