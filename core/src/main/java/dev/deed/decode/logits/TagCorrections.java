package dev.deed.decode.logits;

/**
 * What Docling's reader of tables makes of the tag that a TableFormer would emit: one that goes on
 * to the left and above is one that goes on to the left; right behind one that goes on above, one
 * that goes on to the left is a cell. The largest score decides as before, also among equal ones.
 *
 * @param cell token of a cell ({@code fcel})
 * @param left token of a place that belongs to the cell at its left ({@code lcel})
 * @param above token of a place that belongs to the cell above ({@code ucel})
 * @param both token of a place that belongs to both ({@code xcel})
 */
public record TagCorrections(int cell, int left, int above, int both) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    int emitted = scores.statistics().argmax();
    boolean behindAbove = tokens.emitted() > 0 && tokens.get(tokens.length() - 1) == above;
    int corrected = behindAbove ? cell : left;
    boolean isCorrected = emitted == both || behindAbove && emitted == left;
    float most = scores.get(emitted);
    float score = Math.max(scores.get(corrected), scores.get(both));
    if (behindAbove) {
      score = Math.max(score, scores.get(left));
      scores.ban(left);
    }
    scores.ban(both);
    scores.set(corrected, score);
    int wanted = isCorrected ? corrected : emitted;
    if (scores.statistics().argmax() != wanted) {
      // Another token has the same score, and its number is lower.
      scores.set(wanted, Math.nextUp(most));
    }
  }
}
