package dev.deed.decode.draft;

import dev.deed.decode.logits.TokenSequence;
import java.util.List;

/**
 * Drafts that are copied from the encoder's input: where the last tokens of the answer occur there,
 * what follows them there (prompt look-up decoding, Saxena 2023). No layer runs for them.
 */
public final class SourceDrafts {
  /** Weight of the last verification. */
  private static final double NEW = 0.2;

  /** Drafts of which fewer are kept cost more for a token than one row would. */
  private static final double LEAST_KEPT = 0.3;

  /** What kept drafts must save, of what their rows cost. */
  private static final double WORTH = 1.1;

  /** Verifications without drafts from the source before they are tried again. */
  private static final int REST = 16;

  private final List<Integer> source;
  private final int ngram;
  private final double leastKept;
  private double keeps = 0.6;
  private int rest;

  /**
   * @param source the text to copy from; it may be any text
   * @param ngram length of the runs of tokens that are looked up in it; 0: none are
   * @param row see {@link DraftPrices}
   */
  public SourceDrafts(List<Integer> source, int ngram, double row) {
    this.source = source;
    this.ngram = ngram;
    this.leastKept = Math.max(LEAST_KEPT, WORTH * row);
  }

  /**
   * What follows the last tokens in the source; empty where they do not occur there, or where
   * drafts were not kept of late. Of several places the one counts that agrees with most of the
   * tokens before.
   *
   * @param most tokens
   */
  public List<Integer> sequel(TokenSequence tokens, int most) {
    if (ngram == 0 || tokens.emitted() < ngram || resting()) {
      return List.of();
    }
    int longest = ngram - 1;
    int best = 0;
    for (int end = ngram; end < source.size(); end++) {
      int length = agreement(tokens, end);
      if (length > longest) {
        longest = length;
        best = end;
      }
    }
    return best == 0 ? List.of() : source.subList(best, Math.min(source.size(), best + most));
  }

  private boolean resting() {
    if (rest > 0) {
      rest--;
      if (rest == 0) {
        keeps = leastKept;
      }
      return true;
    }
    return false;
  }

  /** How many of the last tokens the source has right before a place. */
  private int agreement(TokenSequence tokens, int end) {
    int length = 0;
    while (length < Math.min(end, tokens.emitted())
        && source.get(end - 1 - length) == tokens.get(tokens.length() - 1 - length)) {
      length++;
    }
    return length;
  }

  public void verified(int drafts, int kept) {
    for (int i = 0; i < Math.min(drafts, kept + 1); i++) {
      keeps += NEW * ((i < kept ? 1 : 0) - keeps);
    }
    if (keeps < leastKept) {
      rest = REST;
    }
  }
}
