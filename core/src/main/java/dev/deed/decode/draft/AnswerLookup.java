package dev.deed.decode.draft;

import dev.deed.decode.logits.TokenSequence;
import java.util.Arrays;

/**
 * What an answer has said already. A table of fixed size has the latest place behind each run of
 * tokens; of two runs that share an entry the later one counts. Belongs to one sequence.
 */
final class AnswerLookup implements TextLookup {
  private static final int ENTRIES = 1 << 12;

  private final int run;
  private final int[] latest = new int[ENTRIES];

  /** The run that ends with the newest token, which nothing follows yet; −1: there is none. */
  private int newest = -1;

  /**
   * @param run length of the runs, at least 1
   */
  AnswerLookup(int run) {
    this.run = run;
    Arrays.fill(latest, -1);
  }

  @Override
  public int length(TokenSequence answer) {
    return answer.emitted();
  }

  @Override
  public int token(int place, TokenSequence answer) {
    return answer.get(answer.length() - answer.emitted() + place);
  }

  @Override
  public Place find(TokenSequence answer, Place before) {
    int at = answer.emitted() < run ? -1 : latest[entry(answer)];
    int agreement = at < 0 ? 0 : agreement(at, answer);
    return agreement < run ? before.replaced() : new Place(at, agreement, 0);
  }

  @Override
  public void answered(TokenSequence answer) {
    if (newest >= 0) {
      latest[newest] = answer.emitted() - 1;
    }
    newest = answer.emitted() < run ? -1 : entry(answer);
  }

  private int entry(TokenSequence answer) {
    return TextLookup.hash(answer, run) & (ENTRIES - 1);
  }

  @Override
  public boolean repeats() {
    return true;
  }
}
