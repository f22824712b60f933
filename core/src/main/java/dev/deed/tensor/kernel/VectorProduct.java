package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.STRIP;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.matrix.Panels;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.MemorySegment;

/**
 * A product of rows with packed weights, or with some inputs of them: what is the same for all
 * tiles.
 *
 * @param weights in panels
 * @param from the first input whose products are added, counted from 0
 * @param inputs number of them
 * @param x rows that begin with that input
 * @param y receives the sum of output o in row r at {@code y.at(r) + o}
 * @param apart from the outputs of a strip to those of a tile's next one
 */
record VectorProduct(Panels weights, int from, int inputs, FloatRows x, FloatRows y, int apart) {
  /** With all inputs, and with tiles of neighbouring strips. */
  VectorProduct(Panels weights, FloatRows x, FloatRows y) {
    this(weights, 0, weights.inputs(), x, y, STRIP);
  }

  int rows() {
    return x.count();
  }

  MemorySegment memory() {
    return weights.memory();
  }

  /** Where the weights of an output begin, in bytes. */
  long at(int output) {
    return (weights.index(output) + (long) from * Panels.WIDTH) * weights.precision().bytes();
  }

  /** The part of the sums that some inputs make. */
  VectorProduct inputs(int first, int count) {
    FloatRows part = new FloatRows(x.values(), x.offset() + first, x.stride(), x.count());
    return new VectorProduct(weights, from + first, count, part, y, apart);
  }

  /** Some rows, with results elsewhere. */
  VectorProduct rows(int first, int count, FloatRows target) {
    return new VectorProduct(weights, from, inputs, x.range(first, count), target, apart);
  }

  /**
   * Puts the strips of a tile that many tiles apart: each stream goes on where the last one ended
   * (lab/results/kernels.md). Not with short vectors, nor with few inputs, which caches hold, nor
   * where rows beyond the first four read int8 again.
   */
  VectorProduct spread(int tiles) {
    boolean again = rows() > 4 && weights.precision() == WeightPrecision.INT8;
    boolean some = VectorLanes.WIDE && tiles > 1 && weights.inputs() >= 512 && !again;
    return some ? new VectorProduct(weights, from, inputs, x, y, tiles * STRIP) : this;
  }

  /** The first output of a tile. */
  int output(int first, int tile, int strips) {
    return first + tile * (apart == STRIP ? strips : 1) * STRIP;
  }
}
