package dev.deed.decode;

/**
 * How many drafts wait for a verification: as many as are given, or as many as promise the most
 * tokens for the time that steps took so far. With a share a of drafts that are kept, k drafts give
 * (1 − a^(k+1)) / (1 − a) tokens a verification (Leviathan et al. 2023, arXiv 2211.17192, section
 * 3.1); they take k draft steps, a step at full depth, and what k more rows add to it. Where no
 * number of drafts promises more than full depth gives, there are none for a while.
 *
 * <p>The answer does not depend on any of this. Belongs to one sequence.
 */
final class DraftLength {
  private static final int MOST = 16;

  /** The first drafts, before anything is known. */
  private static final int FIRST = 3;

  /** What drafts must promise: their price is known less well than that of full depth. */
  private static final double WORTH = 1.05;

  /** Weight of what was heard last. */
  private static final double NEW = 0.2;

  private static final int SHORTEST_REST = 12;
  private static final int LONGEST_REST = 192;

  private final int fixed;
  private boolean begun;
  private double keeps = 0.8;
  private double draftNanos;
  private double fullNanos;
  private double rowNanos;
  private int drafts = FIRST;

  /** Verifications at full depth that are still to come before drafts are tried again. */
  private int resting;

  private int rest = SHORTEST_REST;

  /**
   * @param fixed drafts; 0: as many as pay
   */
  DraftLength(int fixed) {
    this.fixed = fixed;
  }

  /** Drafts that may wait; 0: none. */
  int most() {
    if (fixed > 0) {
      return fixed;
    }
    // Without a price of full depth nothing tells whether drafts pay.
    return resting > 0 || fullNanos == 0 ? 0 : drafts;
  }

  /** A step left a draft. */
  void drafted(long nanos) {
    draftNanos = mean(draftNanos, nanos);
  }

  /**
   * Drafts were verified.
   *
   * @param verified how many, up to the first that was not kept
   * @param kept how many of them full depth emits too
   * @param rows of the last layer; 1: there was no draft
   */
  void verified(int verified, int kept, int rows, long nanos) {
    if (!begun) {
      // The first step also projects keys and values of the source; it is no price.
      begun = true;
      return;
    }
    if (rows == 1) {
      fullNanos = mean(fullNanos, nanos);
      resting = Math.max(0, resting - 1);
      return;
    }
    if (fullNanos > 0) {
      rowNanos = Math.max(0, mean(rowNanos, (nanos - fullNanos) / (rows - 1)));
    }
    for (int i = 0; i < verified; i++) {
      keeps += NEW * ((i < kept ? 1 : 0) - keeps);
    }
    drafts = best();
    if (drafts > 0) {
      rest = SHORTEST_REST;
    } else {
      drafts = FIRST;
      resting = rest;
      rest = Math.min(2 * rest, LONGEST_REST);
    }
  }

  private static double mean(double before, double now) {
    return before == 0 ? now : before + NEW * (now - before);
  }

  private int best() {
    int best = 0;
    double most = WORTH / fullNanos;
    for (int count = 1; count <= MOST; count++) {
      double tokens = keeps > 0.999 ? count + 1 : (1 - Math.pow(keeps, count + 1)) / (1 - keeps);
      double rate = tokens / (count * (draftNanos + rowNanos) + fullNanos);
      if (rate > most) {
        most = rate;
        best = count;
      }
    }
    return best;
  }
}
