package dev.deed.decode.draft;

import java.util.List;

/**
 * How many drafts wait for a verification: as many as are given, or as many as promise the most
 * tokens for the work. With a share a of drafts that are kept, k drafts give (1 − a^(k+1)) / (1 −
 * a) tokens a verification (Leviathan et al. 2023, arXiv 2211.17192, section 3.1); they take k
 * draft steps, a step at full depth, and what k more rows add to it. Where no number of drafts
 * promises more than full depth gives, there are none for a while.
 *
 * <p>It goes by what was decoded alone, never by a clock, so that an answer's exit layers are the
 * same in every batch and every run. Belongs to one sequence.
 */
public final class DraftLength {
  private static final int MOST = 16;

  /** The first drafts, before anything is known. */
  private static final int FIRST = 3;

  /** What drafts must promise, of the tokens that full depth gives for the same work. */
  private static final double WORTH = 1.1;

  /** A row more in a block of all layers and the head, in steps at full depth. */
  private static final double ROW = 0.12;

  /** Weight of the last verification. */
  private static final double NEW = 0.2;

  private static final int SHORTEST_REST = 12;
  private static final int LONGEST_REST = 192;

  private final int layers;
  private final int fixed;
  private double keeps = 0.8;

  /** Layers that a draft ran, of all; a mean of late. */
  private double depth = 0.5;

  private int drafts = FIRST;

  /** Steps at full depth that are still to come before drafts are tried again. */
  private int resting;

  private int rest = SHORTEST_REST;

  /**
   * @param layers of the decoder
   * @param fixed drafts; 0: as many as pay
   */
  public DraftLength(int layers, int fixed) {
    this.layers = layers;
    this.fixed = fixed;
  }

  /** Drafts that may wait; 0: none. */
  public int most() {
    if (fixed > 0) {
      return fixed;
    }
    return resting > 0 ? 0 : drafts;
  }

  /**
   * Learns from a verification.
   *
   * @param exitLayers of the drafts; none where a step went to full depth by itself
   * @param kept how many of them full depth emits too
   */
  public void verified(List<Integer> exitLayers, int kept) {
    if (exitLayers.isEmpty()) {
      resting = Math.max(0, resting - 1);
      return;
    }
    for (int i = 0; i < Math.min(exitLayers.size(), kept + 1); i++) {
      keeps += NEW * ((i < kept ? 1 : 0) - keeps);
      depth += NEW * ((double) exitLayers.get(i) / layers - depth);
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

  private int best() {
    int best = 0;
    double most = WORTH;
    for (int count = 1; count <= MOST; count++) {
      double tokens = keeps > 0.999 ? count + 1 : (1 - Math.pow(keeps, count + 1)) / (1 - keeps);
      double rate = tokens / (count * (depth + ROW) + 1);
      if (rate > most) {
        most = rate;
        best = count;
      }
    }
    return best;
  }
}
