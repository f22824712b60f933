package dev.deed.decode.exit;

/**
 * Which confidence is enough at an exit below the last. Implementations are immutable and safe for
 * use from many threads.
 */
public interface ExitCriterion {
  /**
   * Whether a step stops.
   *
   * @param layer of the exit, from 1
   * @param position of the token in the answer, from 0
   * @param confidence the rule's measure
   */
  boolean suffices(int layer, int position, double confidence);

  /** Whether the exit is asked at all, in the same terms; one that is not is passed by. */
  default boolean asks(int layer, int position) {
    return true;
  }

  /**
   * A step stops where its confidence reaches a threshold.
   *
   * @param value any number: above 1 never exits, below −1 always
   * @param decay 0 for one threshold everywhere; else it falls along the answer, see {@link #at}
   */
  record Threshold(double value, double decay) implements ExitCriterion {
    /** Share of a decaying threshold that stays (CALM, equation 5). */
    private static final double STAYS = 0.9;

    public Threshold {
      if (Double.isNaN(value) || !(decay >= 0) || Double.isInfinite(decay)) {
        throw new IllegalArgumentException("threshold " + value + ", decay " + decay);
      }
    }

    /**
     * The threshold of a token. With decay, {@code 0.9 λ + 0.1 exp(−decay · position)}: an early
     * mistake is seen by all that follows, so the first tokens need more confidence (CALM, Schuster
     * et al. 2022, arXiv 2207.07061, equation 5, whose decay is its temperature by the longest
     * answer; not clipped, so that thresholds outside 0…1 keep their meaning).
     *
     * @param position of the token in the answer, from 0
     */
    public double at(int position) {
      return decay == 0 ? value : STAYS * value + (1 - STAYS) * StrictMath.exp(-decay * position);
    }

    @Override
    public boolean suffices(int layer, int position, double confidence) {
      return confidence >= at(position);
    }
  }
}
