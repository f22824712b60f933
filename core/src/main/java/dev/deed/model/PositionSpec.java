package dev.deed.model;

/** How a stack knows the order of its positions. */
public sealed interface PositionSpec {
  /** Number of positions that there are; no bound unless a table sets one. */
  default int most() {
    return Integer.MAX_VALUE;
  }

  /** No positions at this place. */
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
   * sin(p · 10000^(-i / steps))} at index i, p being the position plus {@code offset} (Vaswani et
   * al. 2017, section 3.5; the parts as Marian, Pegasus and M2M100 place them).
   *
   * @param size number of positions
   * @param sines number of sines
   * @param cosines number of cosines behind them, not more; zeros fill the width
   * @param steps exponent's denominator
   */
  record Sinusoidal(int size, int offset, int sines, int cosines, double steps)
      implements PositionSpec {
    /** As Marian and Pegasus compute them for a width. */
    public static Sinusoidal marian(int size, int width) {
      return new Sinusoidal(size, 0, (width + 1) / 2, width / 2, width / 2.0);
    }

    /** As fairseq computes them for a width (M2M100, TrOCR), counted from behind a padding id. */
    public static Sinusoidal fairseq(int size, int width, int padding) {
      int half = width / 2;
      return new Sinusoidal(size, padding + 1, half, half, Math.max(1, half - 1));
    }

    @Override
    public int most() {
      return size;
    }

    /** The vectors of all positions, [size, width]. */
    public float[] table(int width) {
      float[] table = new float[Math.multiplyExact(size, width)];
      for (int i = 0; i < sines; i++) {
        double frequency = Math.pow(10_000, -i / steps);
        for (int position = 0; position < size; position++) {
          double angle = (position + offset) * frequency;
          table[position * width + i] = (float) Math.sin(angle);
          if (i < cosines) {
            table[position * width + sines + i] = (float) Math.cos(angle);
          }
        }
      }
      return table;
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
      double logarithm = Math.log((double) far / exact) / Math.log((double) maxDistance / exact);
      return base + Math.min(share - 1, exact + (int) (float) (logarithm * (share - exact)));
    }
  }
}
