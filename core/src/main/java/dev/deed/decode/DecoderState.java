package dev.deed.decode;

import dev.deed.model.CrossMemory;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.KeyValueCache;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * What the decoder remembers of one sequence, with just-in-time fill.
 *
 * <p>Layer n holds keys and values of the positions that have run it, which are the first ones. The
 * outputs of layer n that layer n+1 has not consumed are pending; a step that needs layer n+1 runs
 * all of them as one causal block. So every layer sees true features of its own depth, however
 * early earlier steps stopped. Belongs to one generation.
 *
 * <p>{@link #fork} gives a second sequence with the same past: several returned sequences, and the
 * hypotheses of beam search. Both share the keys and values of the encoder output, and those of
 * their common positions until both have gone on.
 */
public final class DecoderState {
  private final Decoder decoder;
  private final CrossMemory cross;
  private final KeyValueCache[] self;
  private final float[][] pending;
  private final int[] pendingRows;
  private int positions;

  /**
   * The state before the first decoder input.
   *
   * @param most decoder inputs that will come
   * @param arrays for keys and values; see {@link KeyValueCache}
   */
  public DecoderState(
      Decoder decoder, EncoderOutput encoded, int most, IntFunction<float[]> arrays) {
    this.decoder = decoder;
    this.cross = new CrossMemory(decoder, encoded, arrays);
    int layers = decoder.layerCount();
    this.self = new KeyValueCache[layers];
    for (int i = 0; i < layers; i++) {
      self[i] = decoder.layer(i + 1).newCache(most, arrays);
    }
    this.pending = new float[layers + 1][0];
    this.pendingRows = new int[layers + 1];
  }

  private DecoderState(Decoder decoder, DecoderState lender) {
    this.decoder = decoder;
    this.cross = lender.cross;
    this.self = lender.self;
    this.pending = new float[self.length + 1][0];
    this.pendingRows = new int[self.length + 1];
    this.positions = lender.self[self.length - 1].length();
  }

  private DecoderState(DecoderState other) {
    this.decoder = other.decoder;
    this.cross = other.cross;
    int layers = other.self.length;
    this.self = new KeyValueCache[layers];
    this.pending = new float[layers + 1][0];
    this.pendingRows = other.pendingRows.clone();
    for (int i = 0; i < layers; i++) {
      self[i] = other.self[i].fork();
      pending[i] = Arrays.copyOf(other.pending[i], pendingRows[i] * decoder.width());
    }
    this.positions = other.positions;
  }

  /**
   * An independent state of the same past. Keys and values are copied, layer by layer, when a layer
   * runs that the other state has run since; pending rows, fewer than one layer's keys and values,
   * at once.
   */
  public DecoderState fork() {
    return new DecoderState(this);
  }

  /**
   * A state of the positions that have run all layers, for another decoder of the same shape, in
   * the very caches of this one. Truncate it to what it began with before this one goes on.
   */
  DecoderState lend(Decoder other) {
    return new DecoderState(other, this);
  }

  /** Self-attention keys and values of layer {@code layer} (from 1), to which the layer appends. */
  public KeyValueCache selfCache(int layer) {
    return self[layer - 1];
  }

  /** Appends decoder inputs that come together, as a prefix does; no layer runs yet. */
  public void append(int... tokens) {
    int row = grow(0, tokens.length);
    decoder.embed(tokens, positions, pending[0], row);
    positions += tokens.length;
  }

  /** Whose layers run it. */
  Decoder decoder() {
    return decoder;
  }

  int layers() {
    return self.length;
  }

  /** Decoder inputs so far. */
  int positions() {
    return positions;
  }

  /**
   * Forgets all decoder inputs from {@code newPositions} on, whatever of them has run. What remains
   * is what a state has to which they were never appended. Not for states whose history is copied.
   */
  void truncate(int newPositions) {
    for (int i = 0; i < self.length; i++) {
      int run = self[i].length();
      pendingRows[i] = Math.clamp(newPositions - run, 0, pendingRows[i]);
      self[i].truncate(Math.min(run, newPositions));
    }
    positions = newPositions;
  }

  /** Rows that layer {@code layer} (from 1) has yet to run. */
  int pendingRows(int layer) {
    return pendingRows[layer - 1];
  }

  /** What layer {@code layer} has yet to run, [pending rows, width]; for reading. */
  float[] pending(int layer) {
    return pending[layer - 1];
  }

  /** Hands the first pending inputs of layer {@code layer} on to the next layer as they are. */
  void passOn(int layer, int rows) {
    int width = decoder.width();
    int first = grow(layer, rows);
    System.arraycopy(pending[layer - 1], 0, pending[layer], first * width, rows * width);
    drop(layer, rows);
  }

  /** Copies the first rows that layer {@code layer} has yet to run to those of a block. */
  void copyPending(int layer, int rows, float[] block, int row) {
    int width = decoder.width();
    System.arraycopy(pending[layer - 1], 0, block, row * width, rows * width);
  }

  /** Rows of the encoder output whose keys and values layer {@code layer} has yet to make. */
  int unprojected(int layer) {
    return cross.unprojected(layer - 1);
  }

  /** This sequence's part of a block of {@code rows} rows of layer {@code layer}. */
  DecoderLayer.Rows rows(int layer, int rows) {
    return new DecoderLayer.Rows(self[layer - 1], cross, rows);
  }

  /**
   * Takes the outputs of layer {@code layer}, rows {@code row…row+rows−1} of a block, in place of
   * its first inputs.
   */
  void advance(int layer, float[] block, int row, int rows) {
    drop(layer, rows);
    int width = decoder.width();
    int first = grow(layer, rows);
    System.arraycopy(block, row * width, pending[layer], first * width, rows * width);
  }

  /** Forgets the first pending inputs of layer {@code layer}. */
  private void drop(int layer, int rows) {
    int width = decoder.width();
    float[] inputs = pending[layer - 1];
    int rest = pendingRows[layer - 1] - rows;
    System.arraycopy(inputs, rows * width, inputs, 0, rest * width);
    pendingRows[layer - 1] = rest;
  }

  /** Makes room for outputs of layer {@code layer} (0: embeddings); gives the first new row. */
  private int grow(int layer, int rows) {
    int width = decoder.width();
    // Nothing consumes the last layer's outputs.
    int first = layer == decoder.layerCount() ? 0 : pendingRows[layer];
    int needed = (first + rows) * width;
    if (pending[layer].length < needed) {
      pending[layer] = Arrays.copyOf(pending[layer], Math.max(needed, 2 * pending[layer].length));
    }
    pendingRows[layer] = first + rows;
    return first;
  }
}
