package dev.deed.tensor.kernel;

import dev.deed.tensor.FloatRows;

/**
 * Products of rows with vectors of weights in a heap array: what is the same for all tiles.
 *
 * @param weights vectors
 * @param step from a vector for one input to that for the next
 * @param x rows
 * @param y receives the sums
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record VectorArrayProduct(float[] weights, int step, FloatRows x, FloatRows y) {}
