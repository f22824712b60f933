package dev.deed.decode;

import java.util.List;

/**
 * How many drafts wait for a verification: as many as are given, or as many as promise the most
 * tokens for the work. A draft is kept with the share a of those before it, so k drafts give (1 −
 * a^(k+1)) / (1 − a) tokens a verification (Leviathan et al. 2023, arXiv 2211.17192, section 3.1).
 */
final class DraftLength {
  private static final int MOST = 12;

  /** Where drafts promise less than this, full depth is not slower. */
  private static final double WORTH = 1.05;

  /** Verifications at full depth before drafts are tried again. */
  private static final int REST = 24;

  /** A position more in a block, in passes through its layers. */
  private static final double ROW = 0.1;

  /** Weight of what was heard last. */
  private static final double NEW = 0.15;

  private final int layers;
  private final int fixed;
  private double keeps = 0.8;
  private double depth = 0.5;
  private int now = 4;
  private int rest;

  /**
   * @param layers of the decoder
   * @param fixed 0: as many as pay
   */
  DraftLength(int layers, int fixed) {
    this.layers = layers;
    this.fixed = fixed;
  }

  /** Drafts that wait, at most; 0: full depth. */
  int most() {
    return fixed > 0 ? fixed : now;
  }

  /**
   * Hears of a verification.
   *
   * @param kept how many of the drafts are those of full depth
   */
  void heard(List<StepResult> drafts, int kept) {
    if (rest > 0) {
      rest--;
      now = rest == 0 ? 1 : 0;
      return;
    }
    for (int i = 0; i < Math.min(drafts.size(), kept + 1); i++) {
      keeps += NEW * ((i < kept ? 1 : 0) - keeps);
      depth += NEW * ((double) drafts.get(i).exitLayer() / layers - depth);
    }
    now = best();
    if (now == 0) {
      rest = REST;
    }
  }

  private int best() {
    int best = 0;
    double most = WORTH;
    for (int drafts = 1; drafts <= MOST; drafts++) {
      double tokens = (1 - Math.pow(keeps, drafts + 1)) / (1 - keeps + 1e-9);
      double work = drafts * depth + (1 - depth) * (1 + ROW * drafts) + ROW * drafts;
      double gain = tokens / Math.max(work, 1);
      if (gain > most) {
        most = gain;
        best = drafts;
      }
    }
    return best;
  }
}
