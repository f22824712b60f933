package dev.deed.engine;

import java.util.List;

/**
 * Which pool of an engine takes what. Pools have no fixed roles: requests fill one batch before the
 * next one begins, since a batch reads the weights once for all its rows, and pools without a batch
 * encode, so that running answers do not pause. Where all pools have rows, all of them encode too,
 * as {@link Pacing} allows. With one pool it decides nothing.
 *
 * <p>Immutable.
 *
 * @param full rows from which on a batch counts as full
 */
record Placement(int full) {
  /**
   * Fills batches to their saturation, or to their share of the rows where that is less.
   *
   * @param saturation rows from which on more rows hardly raise the rate of a batch
   * @param rows of all batches together
   * @param pools of the engine
   */
  static Placement filling(int saturation, int rows, int pools) {
    return new Placement(Math.min(saturation, Math.ceilDiv(rows, pools)));
  }

  /**
   * A pool at a moment.
   *
   * @param rows that it decodes, or is about to
   * @param encodes whether it has inputs in its encoder
   */
  record Load(int rows, boolean encodes) {}

  /** Whether a request that is encoded may join the batch of a pool. */
  boolean joins(Load asking, List<Load> all) {
    return all.stream().noneMatch(other -> isBetter(other, asking));
  }

  /** The fullest batch that is not full is the best, then the one of fewest rows. */
  private boolean isBetter(Load one, Load other) {
    boolean room = one.rows < full;
    if (room != other.rows < full) {
      return room;
    }
    return room ? one.rows > other.rows : one.rows < other.rows;
  }

  /**
   * How many of the inputs that wait a pool begins to encode.
   *
   * @param inputs that wait
   * @param asking a pool that encodes nothing
   * @return 0: other pools take them; else its share, as many as the pools that could begin take
   *     together
   */
  int encodes(int inputs, Load asking, List<Load> all) {
    boolean someWithoutRows = all.stream().anyMatch(load -> load.rows == 0);
    if (asking.rows > 0 && someWithoutRows) {
      return 0;
    }
    int free = 0;
    for (Load load : all) {
      free += !load.encodes && (load.rows == 0 || !someWithoutRows) ? 1 : 0;
    }
    return Math.ceilDiv(inputs, free);
  }
}
