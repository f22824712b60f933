package dev.deed.decode.draft;

import java.util.List;

/**
 * How many drafts wait for a verification: as many as are given, or as many as promise the most
 * tokens for the work. With a share a of drafts that are kept, k drafts give (1 − a^(k+1)) / (1 −
 * a) tokens a verification (Leviathan et al. 2023, arXiv 2211.17192, section 3.1). They cost a step
 * at full depth and what {@link DraftPrices#draft} says of each. Where no number of drafts promises
 * more than full depth gives, there are none for a while, and then a few that tell more.
 *
 * <p>It goes by what was decoded alone, never by a clock, so that an answer's exit layers are the
 * same in every batch and every run. Belongs to one sequence.
 */
final class DraftLength {
  private static final int MOST = 16;

  /** The first drafts where rows are cheap, before anything is known. */
  private static final int FIRST = 3;

  /**
   * The first drafts of narrow layers: a lost one costs a third of a token and more, and after one
   * that is kept as many follow as pay.
   */
  private static final int FIRST_NARROW = 1;

  /** Drafts that are tried where rows are dear. */
  private static final int TRIED = 2;

  /**
   * Tokens before them, whatever is promised: of an answer of two tokens, as to a question, nothing
   * is left to gain, and a wrong draft costs as much as a token.
   */
  private static final int FIRST_REST = 6;

  /** What drafts must promise, of the tokens that full depth gives for the same work. */
  private static final double WORTH = 1.1;

  /** Least weight of what was seen last. */
  private static final double NEW = 0.2;

  /** How many drafts what is promised counts for. */
  private static final double PROMISED = 3;

  /** The same of narrow layers: the first draft tells most, since all are kept or hardly any. */
  private static final double PROMISED_NARROW = 0.5;

  /** How many drafts the guess at what they take counts for. */
  private static final double GUESSED = 0.5;

  private static final int SHORTEST_REST = 12;
  private static final int SHORTEST_NARROW_REST = 24;
  private static final int LONGEST_REST = 192;

  private final int layers;
  private final int fixed;
  private final DraftPrices prices;
  private double keeps;

  /** Layers that a draft ran, of all; a mean of late. */
  private double depth;

  /** Look-ups of the head for a draft; a mean of late. */
  private double lookups = 1;

  /** Drafts that were verified. */
  private int seen;

  private int drafts;

  /** Steps at full depth that are still to come before drafts are tried again. */
  private int resting;

  private int rest;

  /** Whether no share of kept drafts is worth one, so that none are tried. */
  private final boolean hopeless;

  /**
   * @param layers of the decoder
   * @param fixed drafts; 0: as many as pay
   * @param promised share of the drafts that is kept, as far as is known
   * @param depth layers that drafts run, of all, as far as is known
   */
  DraftLength(int layers, int fixed, DraftPrices prices, double promised, double depth) {
    this.layers = layers;
    this.fixed = fixed;
    this.prices = prices;
    this.keeps = promised;
    this.depth = depth;
    this.hopeless = depth == 1 && best(1) == 0;
    this.drafts = prices.narrow() || best(keeps) == 0 ? trial() : FIRST;
    this.resting = prices.cheapRows() ? 0 : FIRST_REST;
    this.rest = shortestRest();
  }

  /** Unless their number is given, tries none before full depth has emitted this many tokens. */
  DraftLength after(double tokens) {
    resting = Math.max(resting, (int) Math.ceil(tokens));
    return this;
  }

  private int trial() {
    if (prices.narrow()) {
      return FIRST_NARROW;
    }
    return prices.cheapRows() ? FIRST : TRIED;
  }

  private int shortestRest() {
    return prices.narrow() ? SHORTEST_NARROW_REST : SHORTEST_REST;
  }

  /** Drafts that may wait; 0: none. */
  int most() {
    if (fixed > 0) {
      return fixed;
    }
    return hopeless || resting > 0 ? 0 : drafts;
  }

  /**
   * Learns from a verification.
   *
   * @param tried the drafts; none where a step went to full depth by itself
   * @param kept how many of them full depth emits too
   */
  void verified(List<DraftCost> tried, int kept) {
    if (tried.isEmpty()) {
      resting = Math.max(0, resting - 1);
      return;
    }
    for (int i = 0; i < Math.min(tried.size(), kept + 1); i++) {
      learn(tried.get(i), i < kept);
    }
    drafts = best(keeps);
    if (drafts > 0) {
      rest = shortestRest();
    } else {
      drafts = trial();
      resting = rest;
      rest = Math.min(2 * rest, LONGEST_REST);
    }
  }

  private void learn(DraftCost draft, boolean kept) {
    seen++;
    double promised = prices.narrow() ? PROMISED_NARROW : PROMISED;
    keeps += Math.max(NEW, 1 / (promised + seen)) * ((kept ? 1 : 0) - keeps);
    double share = Math.max(NEW, 1 / (GUESSED + seen));
    depth += share * ((double) draft.exitLayer() / layers - depth);
    lookups += share * (draft.lookups() - lookups);
  }

  /** How many promise the most where a share of them is kept; 0: none promises enough. */
  private int best(double kept) {
    int best = 0;
    double most = WORTH;
    for (int count = 1; count <= MOST; count++) {
      double rate = rate(count, kept);
      if (rate > most) {
        most = rate;
        best = count;
      }
    }
    return best;
  }

  /** Tokens that drafts promise for the work of a step at full depth. */
  private double rate(int count, double kept) {
    double tokens = kept == 1 ? count + 1 : (1 - StrictMath.pow(kept, count + 1)) / (1 - kept);
    return tokens / (count * prices.draft(depth, lookups) + 1);
  }

  /** Tokens that the drafts of now promise for the work of a step at full depth. */
  double promise() {
    return rate(most(), keeps);
  }
}
