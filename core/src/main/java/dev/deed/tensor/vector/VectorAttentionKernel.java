package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.COUNT;
import static dev.deed.tensor.vector.VectorLanes.FLOATS;
import static dev.deed.tensor.vector.VectorLanes.STRIP;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.AttentionKernel;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.memory.ThreadBuffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention in tiles of query rows: scores of two or four vectors of positions at a time, and sums
 * of as many vectors of the head's width, so that both products stay in registers. Scores of a tile
 * live in a buffer of the thread. They are not divided by their sum, the outputs are: there are
 * fewer of those.
 */
public final class VectorAttentionKernel implements AttentionKernel {
  private static final int BLOCK = KeyValueCache.BLOCK;

  /** Scores of a row are padded to whole strips and to whole turns of the partial sums. */
  private static final int SPAN_UNIT = 2 * VectorSums.LANES;

  /**
   * Of the thread that computes a tile: its scores, one strip of sums, and what each row is
   * multiplied by in the end.
   */
  private static final ThreadBuffer<float[]> BUFFER = ThreadBuffer.ofFloats();

  @Override
  public void attend(AttentionJob job, int firstHead, int endHead, int firstRow, int endRow) {
    int longest = Math.max(job.length(firstRow), job.length(endRow - 1));
    int span = (longest + SPAN_UNIT - 1) / SPAN_UNIT * SPAN_UNIT;
    float[] buffer = BUFFER.get(RowTiles.MOST * (span + STRIP + 1));
    KeyValueCache cache = job.cache();
    FloatRows weights = new FloatRows(buffer, 0, span, RowTiles.MOST);
    VectorArrayProduct scores = new VectorArrayProduct(cache.keys(), BLOCK, job.q(), weights);
    VectorArrayProduct sums =
        new VectorArrayProduct(cache.values(), job.headWidth(), weights, job.out());
    int factors = RowTiles.MOST * (span + STRIP);
    for (int head = firstHead; head < endHead; head++) {
      int next = firstRow;
      while (next < endRow) {
        int rows = RowTiles.size(endRow - next, endRow - firstRow);
        int row = Math.min(next, endRow - rows);
        score(job, head, row, rows, scores);
        for (int r = 0; r < rows; r++) {
          float total = exponentials(job, head, row + r, buffer, r * span);
          buffer[factors + r] = total == 0 ? 0 : 1 / total;
        }
        sum(job, head, row, rows, sums);
        scale(job, head, row, rows, buffer, factors);
        next = row + rows;
      }
    }
  }

  /**
   * Σ q·k for all positions that any row of the tile sees; beyond them the buffer gets leftovers.
   */
  private static void score(
      AttentionJob job, int head, int row, int rows, VectorArrayProduct scores) {
    KeyValueCache cache = job.cache();
    int inputs = job.headWidth();
    int query = job.q().at(row) + head * inputs;
    int length = Math.max(job.length(row), job.length(row + rows - 1));
    int position = 0;
    if (rows == 1) {
      for (; position + 3 * COUNT < length; position += 2 * STRIP) {
        int at0 = cache.keyIndex(head, position);
        int at2 = cache.keyIndex(head, position + 2 * COUNT);
        int apart = cache.keyIndex(head, position + COUNT) - at0;
        VectorArrayTiles.oneRowFourVectors(scores, inputs, at0, at2, apart, query, position);
      }
    }
    if (VectorLanes.WIDE && rows == RowTiles.MOST) {
      for (; position + 3 * COUNT < length; position += 2 * STRIP) {
        VectorWideTiles.scores(scores, inputs, cache.keyIndex(head, position), query, position);
      }
    }
    for (; position < length; position += STRIP) {
      int at0 = cache.keyIndex(head, position);
      // Where no position is seen there may be no block: the sums are leftovers anyway.
      int at1 = position + COUNT < length ? cache.keyIndex(head, position + COUNT) : at0;
      VectorArrayTiles.tile(rows, scores, inputs, at0, at1, query, position);
    }
  }

  /** Of a row's scaled and biased scores, less the largest; returns their sum. */
  private static float exponentials(
      AttentionJob job, int head, int row, float[] scores, int offset) {
    int length = job.length(row);
    AttentionBias bias = job.bias();
    float max =
        bias == null
            ? scale(scores, offset, length, job.scale())
            : scale(
                scores, offset, length, job.scale(), bias.data(), job.biasIndex(bias, row, head));
    // −∞ adds nothing to the sum, and whole vectors need no special end.
    int padded = (length + VectorSums.LANES - 1) / VectorSums.LANES * VectorSums.LANES;
    Arrays.fill(scores, offset + length, offset + padded, Float.NEGATIVE_INFINITY);
    return VectorKernels.exponentials(scores, offset, padded, max);
  }

  /** Multiplies the outputs of a tile's rows by a factor each. */
  private static void scale(
      AttentionJob job, int head, int row, int rows, float[] factors, int offset) {
    int headWidth = job.headWidth();
    for (int r = 0; r < rows; r++) {
      float factor = factors[offset + r];
      float[] out = job.out().values();
      int first = job.out().at(row + r) + head * headWidth;
      int d = first;
      for (; d <= first + headWidth - COUNT; d += COUNT) {
        FloatVector.fromArray(FLOATS, out, d).mul(factor).intoArray(out, d);
      }
      for (; d < first + headWidth; d++) {
        out[d] *= factor;
      }
    }
  }

  /** Scales the scores of a row; returns the largest. */
  private static float scale(float[] scores, int offset, int n, float factor) {
    FloatVector largest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = offset;
    for (; i <= offset + n - COUNT; i += COUNT) {
      FloatVector score = FloatVector.fromArray(FLOATS, scores, i).mul(factor);
      score.intoArray(scores, i);
      largest = largest.max(score);
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (; i < offset + n; i++) {
      scores[i] *= factor;
      max = Math.max(max, scores[i]);
    }
    return max;
  }

  /** Scales the scores of a row and adds the bias; returns the largest. */
  private static float scale(
      float[] scores, int offset, int n, float factor, float[] bias, int biasOffset) {
    FloatVector largest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector score =
          FloatVector.fromArray(FLOATS, scores, offset + i)
              .mul(factor)
              .add(FloatVector.fromArray(FLOATS, bias, biasOffset + i));
      score.intoArray(scores, offset + i);
      largest = largest.max(score);
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      scores[offset + i] = scores[offset + i] * factor + bias[biasOffset + i];
      max = Math.max(max, scores[offset + i]);
    }
    return max;
  }

  /** Σ w·v: together for the positions that all rows of the tile see, row by row for the others. */
  private static void sum(AttentionJob job, int head, int row, int rows, VectorArrayProduct sums) {
    int first = job.cache().valueIndex(head, 0);
    int headWidth = job.headWidth();
    int common = Math.min(job.length(row), job.length(row + rows - 1));
    int target = job.out().at(row) + head * headWidth;
    int d = 0;
    if (rows == 1) {
      for (; d <= headWidth - 2 * STRIP; d += 2 * STRIP) {
        int at0 = first + d;
        VectorArrayTiles.oneRowFourVectors(sums, common, at0, at0 + STRIP, COUNT, 0, target + d);
      }
    }
    if (VectorLanes.WIDE && rows == RowTiles.MOST) {
      common -= common % 2;
      for (; d <= headWidth - 2 * STRIP; d += 2 * STRIP) {
        VectorWideTiles.sums(sums, common, first + d, 0, target + d);
      }
    }
    for (; d <= headWidth - STRIP; d += STRIP) {
      int at0 = first + d;
      VectorArrayTiles.tile(rows, sums, common, at0, at0 + COUNT, 0, target + d);
    }
    FloatRows weights = sums.x();
    if (d < headWidth) {
      edge(sums, rows, common, first + d, target + d, headWidth - d);
    }
    for (int r = 0; r < rows; r++) {
      int to = target + r * job.out().stride();
      for (int p = common; p < job.length(row + r); p++) {
        float weight = weights.values()[weights.at(r) + p];
        addScaled(weight, sums.weights(), first + p * headWidth, job.out().values(), to, headWidth);
      }
    }
  }

  /** Less than a strip of the head's width: computed as a whole behind the scores, and copied. */
  private static void edge(
      VectorArrayProduct sums, int rows, int inputs, int at0, int target, int width) {
    FloatRows weights = sums.x();
    int strip = RowTiles.MOST * weights.stride();
    FloatRows aside = new FloatRows(weights.values(), strip, STRIP, rows);
    VectorArrayProduct edge = new VectorArrayProduct(sums.weights(), sums.step(), weights, aside);
    VectorArrayTiles.tile(rows, edge, inputs, at0, at0 + COUNT, 0, strip);
    for (int r = 0; r < rows; r++) {
      int to = target + r * sums.y().stride();
      System.arraycopy(aside.values(), aside.at(r), sums.y().values(), to, width);
    }
  }

  private static void addScaled(
      float weight, float[] values, int from, float[] out, int to, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, values, from + i)
          .fma(FloatVector.broadcast(FLOATS, weight), FloatVector.fromArray(FLOATS, out, to + i))
          .intoArray(out, to + i);
    }
    for (; i < n; i++) {
      out[to + i] = Math.fma(weight, values[from + i], out[to + i]);
    }
  }
}
