package dev.deed.decode;

/**
 * How much one run of a {@link DecoderStep} fills in: the rows of a long prefix, of positions that
 * earlier steps left behind, and of an encoder output that a layer has yet to project. A sequence
 * with more goes on in the next run, so that the others of its batch do not wait for all of it. The
 * bits of a row do not depend on it. Immutable.
 *
 * @param block rows of one sequence that run a layer together, at most
 */
record FillLimits(int block) {
  /** Enough rows to read a layer's weights for, and few enough that others hardly wait for them. */
  static final FillLimits DEFAULT = new FillLimits(256);

  /** A row runs all products of a layer; of an encoder output's row, two of about sixteen. */
  private static final int SOURCE_SHARE = 8;

  /** One run. Belongs to one thread. */
  final class Turn {
    /** Rows that long fills may still take: of all sequences together, about one block. */
    private int left = block;

    /**
     * Whether a sequence may run a layer now. Short fills always may: they wait for no long one.
     *
     * @param rows that it has yet to run
     * @param source rows of its encoder output that the layer has yet to project
     */
    boolean takes(int rows, int source) {
      int projection = source / SOURCE_SHARE;
      if (rows + projection <= block) {
        return true;
      }
      boolean takes = left > 0;
      left -= takes ? Math.min(rows, block) + projection : 0;
      return takes;
    }
  }

  Turn begin() {
    return new Turn();
  }
}
