package dev.deed.model.spec;

/** How a stack knows the order of its positions. */
public sealed interface PositionSpec {
  /** Number of positions that there are; no bound unless a table sets one. */
  default int most() {
    return Integer.MAX_VALUE;
  }

  record None() implements PositionSpec {}

  /**
   * A learned vector per position, added to the embedding.
   *
   * @param size number of positions
   * @param offset rows of the table before position 0 (BART: 2)
   */
  record Learned(int size, int offset) implements PositionSpec {
    @Override
    public int most() {
      return size;
    }
  }

  /**
   * Sines in the first part of a vector and cosines in the second, added to the embedding: {@code
   * sin(p · 10000^(-i / steps))} at index i, p being the position plus {@code padding + 1} (Vaswani
   * et al. 2017, section 3.5; the parts as Marian, Pegasus and M2M100 place them).
   *
   * @param size number of positions
   * @param padding id of tokens that have no position: nothing is added to them, and those behind
   *     them in one block count on as if they were not there; {@link #NO_PADDING} for none
   * @param sines number of sines
   * @param cosines number of cosines behind them, not more; zeros fill the width
   * @param steps exponent's denominator
   */
  record Sinusoidal(int size, int padding, int sines, int cosines, double steps)
      implements PositionSpec {
    public static final int NO_PADDING = -1;

    /** As Marian and Pegasus compute them for a width. */
    public static Sinusoidal marian(int size, int width) {
      return new Sinusoidal(size, NO_PADDING, (width + 1) / 2, width / 2, width / 2.0);
    }

    /** As fairseq computes them for a width (M2M100, TrOCR), counted from behind a padding id. */
    public static Sinusoidal fairseq(int size, int width, int padding) {
      int half = width / 2;
      return new Sinusoidal(size, padding, half, half, Math.max(1, half - 1));
    }

    @Override
    public int most() {
      return size;
    }

    /** The vectors of all positions, [size, width]. */
    public float[] table(int width) {
      float[] table = new float[Math.multiplyExact(size, width)];
      for (int i = 0; i < sines; i++) {
        double frequency = StrictMath.pow(10_000, -i / steps);
        for (int position = 0; position < size; position++) {
          double angle = (position + padding + 1) * frequency;
          table[position * width + i] = (float) StrictMath.sin(angle);
          if (i < cosines) {
            table[position * width + sines + i] = (float) StrictMath.cos(angle);
          }
        }
      }
      return table;
    }
  }

  /**
   * OFA's two biases of attention (Wang et al. 2022, arXiv 2202.03052): products of learned
   * positions through projections of their own, the same in all layers (Ke et al. 2021, arXiv
   * 2006.15595), and in each layer one per head and bucket of the distance.
   *
   * @param size number of positions
   * @param rows of the table of positions, at least {@code size}
   * @param buckets distances −buckets+1…buckets−1 are told apart
   * @param scale factor of the products
   */
  record Untied(int size, int rows, int buckets, float scale) implements PositionSpec {
    /** The largest distance that the reference has a bucket for, whatever the number of buckets. */
    public static final int FARTHEST = 1023;

    @Override
    public int most() {
      return size;
    }

    /** Rows of a layer's table. */
    public int bucketRows() {
      return 2 * buckets - 1;
    }

    /**
     * The row of a layer's table for a distance: near ones have a row each, farther ones share rows
     * that widen logarithmically ({@code make_token_bucket_position} of the reference
     * implementation).
     *
     * @param distance position of the query minus that of the key; beyond {@link #FARTHEST} all are
     *     alike
     * @return 0 to below {@link #bucketRows}
     */
    public int bucket(int distance) {
      int middle = buckets / 2;
      int far = Math.min(Math.abs(distance), FARTHEST);
      int step = far;
      if (far > middle) {
        double share =
            StrictMath.log((double) far / middle) / StrictMath.log((double) FARTHEST / middle);
        step = middle + (int) Math.ceil(share * (middle - 1));
      }
      return buckets - 1 + (distance < 0 ? -step : step);
    }
  }

  /**
   * T5's bias per head and bucket of the distance between key and query, one table for all layers
   * of the stack.
   *
   * @param buckets rows of the table
   * @param maxDistance distances beyond share the last bucket
   */
  record RelativeBias(int buckets, int maxDistance) implements PositionSpec {
    /**
     * The row of the table for a distance: near ones have a row each, farther ones share rows that
     * widen logarithmically ({@code _relative_position_bucket} of the reference implementation).
     *
     * @param distance position of the key minus that of the query
     * @param bidirectional whether keys may lie behind the query (encoder)
     * @return 0 to below {@link #buckets}
     */
    public int bucket(int distance, boolean bidirectional) {
      int share = bidirectional ? buckets / 2 : buckets;
      int base = bidirectional && distance > 0 ? share : 0;
      int far = bidirectional ? Math.abs(distance) : Math.max(0, -distance);
      int exact = share / 2;
      if (far < exact) {
        return base + far;
      }
      double logarithm =
          StrictMath.log((double) far / exact) / StrictMath.log((double) maxDistance / exact);
      return base + Math.min(share - 1, exact + (int) (float) (logarithm * (share - exact)));
    }
  }
}
