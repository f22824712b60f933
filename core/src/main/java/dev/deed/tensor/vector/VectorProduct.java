package dev.deed.tensor.vector;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.packed.Panels;
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
 */
record VectorProduct(Panels weights, int from, int inputs, FloatRows x, FloatRows y) {
  /** With all inputs. */
  VectorProduct(Panels weights, FloatRows x, FloatRows y) {
    this(weights, 0, weights.inputs(), x, y);
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
    return new VectorProduct(weights, from + first, count, part, y);
  }

  /** Some rows, with results elsewhere. */
  VectorProduct rows(int first, int count, FloatRows target) {
    return new VectorProduct(weights, from, inputs, x.range(first, count), target);
  }
}
