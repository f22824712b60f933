package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static dev.deed.tensor.kernel.VectorLanes.STRIP;

import dev.deed.tensor.Activation;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.AttentionKernel;
import dev.deed.tensor.AttentionWindow;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadBuffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Attention in tiles of query rows: scores of two or four vectors of positions at a time, and sums
 * of as many vectors of the head's width, so that both products stay in registers. Scores of a tile
 * live in a buffer of the thread. They are not divided by their sum, the outputs are: there are
 * fewer of those.
 */
public final class VectorAttentionKernel implements AttentionKernel {
  private static final int BLOCK = KeyValueCache.BLOCK;

  private static final VectorKernels KERNELS = new VectorKernels();

  /** Scores of a row are padded to whole strips and to whole turns of the partial sums. */
  private static final int SPAN_UNIT = 2 * VectorSums.LANES;

  /**
   * Of the thread that computes a tile: its scores, one strip of sums, what each row is multiplied
   * by in the end, and the sums of values of a second cache.
   */
  private static final ThreadBuffer<float[]> BUFFER = ThreadBuffer.ofFloats();

  @Override
  public void attend(AttentionJob job, int firstHead, int endHead, int firstRow, int endRow) {
    int headWidth = job.headWidth();
    int own = padded(longest(job, firstRow, endRow));
    KeyValueCache second = job.beside();
    int span = own + (second == null ? 0 : padded(second.length()));
    int factors = RowTiles.MOST * (span + STRIP);
    int aside = factors + RowTiles.MOST;
    float[] buffer = BUFFER.get(aside + (second == null ? 0 : RowTiles.MOST * headWidth));
    FloatRows weights = new FloatRows(buffer, 0, span, RowTiles.MOST);
    CacheProducts first = CacheProducts.of(job, job.cache(), weights, job.out());
    CacheProducts beside =
        second == null
            ? null
            : CacheProducts.of(
                job,
                second,
                new FloatRows(buffer, own, span, RowTiles.MOST),
                new FloatRows(buffer, aside, headWidth, RowTiles.MOST));
    for (int head = firstHead; head < endHead; head++) {
      int next = firstRow;
      while (next < endRow) {
        int rows = RowTiles.size(endRow - next, endRow - firstRow);
        int row = Math.min(next, endRow - rows);
        int base = job.first(row) / BLOCK * BLOCK;
        int end = Math.max(job.length(row), job.length(row + rows - 1));
        score(job, head, row, rows, first, base, end);
        if (beside == null) {
          for (int r = 0; r < rows; r++) {
            float max = prepare(job, head, row + r, base, buffer, r * span);
            float total = exponentials(job, buffer, r * span, job.length(row + r) - base, max);
            buffer[factors + r] = total == 0 ? 0 : 1 / total;
          }
        } else {
          score(job, head, row, rows, beside, 0, beside.cache.length());
          for (int r = 0; r < rows; r++) {
            float total = together(job, head, row + r, base, beside, r);
            buffer[factors + r] = total == 0 ? 0 : 1 / total;
          }
        }
        sum(job, head, row, rows, base, first);
        if (beside != null) {
          addBeside(job, head, row, rows, beside);
        }
        scale(job, head, row, rows, buffer, factors);
        next = row + rows;
      }
    }
  }

  /** Of a row's scores over both caches, less the largest; returns their sum. */
  private static float together(
      AttentionJob job, int head, int row, int base, CacheProducts beside, int tileRow) {
    float[] scores = beside.scores.y().values();
    int others = beside.scores.y().at(tileRow);
    int own = others - beside.scores.y().offset();
    int length = beside.cache.length();
    float max =
        Math.max(
            prepare(job, head, row, base, scores, own),
            prepare(job, scores, others, length, null, 0));
    return exponentials(job, scores, own, job.length(row) - base, max)
        + exponentials(job, scores, others, length, max);
  }

  /** One of the caches of a job, and the products with its keys and of its values. */
  private record CacheProducts(
      KeyValueCache cache, VectorArrayProduct scores, VectorArrayProduct sums) {
    static CacheProducts of(
        AttentionJob job, KeyValueCache cache, FloatRows weights, FloatRows out) {
      return new CacheProducts(
          cache,
          new VectorArrayProduct(cache.keys(), BLOCK, job.q(), weights),
          new VectorArrayProduct(cache.values(), job.headWidth(), weights, out));
    }
  }

  private static int padded(int positions) {
    return (positions + SPAN_UNIT - 1) / SPAN_UNIT * SPAN_UNIT;
  }

  /** Positions that the rows of a tile see together, at most. */
  private static int longest(AttentionJob job, int firstRow, int endRow) {
    int longest = Math.max(job.length(firstRow), job.length(endRow - 1));
    AttentionWindow window = job.window();
    return window == null
        ? longest
        : (int) Math.min(longest, (long) window.width() + RowTiles.MOST + BLOCK);
  }

  /**
   * Σ q·k for all positions from {@code base} on that any row of the tile sees; beyond them the
   * buffer gets leftovers.
   */
  private static void score(
      AttentionJob job, int head, int row, int rows, CacheProducts part, int base, int end) {
    KeyValueCache cache = part.cache;
    VectorArrayProduct scores = part.scores;
    int inputs = job.headWidth();
    int query = job.layout().index(job.q(), row, head);
    int shared = head / job.layout().group();
    int shift = scores.y().offset() - base;
    int position = base;
    if (rows == 1) {
      for (; position + 3 * COUNT < end; position += 2 * STRIP) {
        int at = cache.keyIndex(shared, position);
        VectorArrayTiles.oneRowFourVectors(scores, inputs, at, query, position + shift);
      }
    }
    if (VectorLanes.WIDE && rows == RowTiles.MOST && inputs % 2 == 0) {
      for (; position + 3 * COUNT < end; position += 2 * STRIP) {
        int at = cache.keyIndex(shared, position);
        VectorWideTiles.sixRows(scores, inputs, at, query, position + shift);
      }
    }
    for (; position < end; position += STRIP) {
      int at = cache.keyIndex(shared, position);
      VectorArrayTiles.tile(rows, scores, inputs, at, query, position + shift);
    }
  }

  /** Whether scores are products times a factor and no more; then exponentials multiply, too. */
  private static boolean plain(AttentionJob job) {
    return job.bias() == null && job.layout().cap() == 0 && job.scale() > 0;
  }

  /** Makes scores of a row's products from position {@code base} on; returns the largest. */
  private static float prepare(
      AttentionJob job, int head, int row, int base, float[] scores, int offset) {
    int hidden = job.first(row) - base;
    Arrays.fill(scores, offset, offset + hidden, Float.NEGATIVE_INFINITY);
    AttentionBias bias = job.bias();
    int count = job.length(row) - base - hidden;
    int biased = bias == null ? 0 : bias.index(row, head) + base + hidden;
    return prepare(job, scores, offset + hidden, count, bias, biased);
  }

  private static float prepare(
      AttentionJob job, float[] scores, int offset, int n, @Nullable AttentionBias bias, int at) {
    float cap = job.layout().cap();
    float factor = job.scale();
    if (plain(job)) {
      return factor * largest(scores, offset, n);
    }
    if (cap != 0) {
      KERNELS.scale(scores, offset, n, factor);
      KERNELS.scale(scores, offset, n, 1 / cap);
      VectorActivations.activate(Activation.TANH, scores, offset, n);
      factor = cap;
    }
    return bias == null
        ? scale(scores, offset, n, factor)
        : scale(scores, offset, n, factor, bias.data(), at);
  }

  /** Of a row's scores, less the largest; returns their sum. */
  private static float exponentials(
      AttentionJob job, float[] scores, int offset, int length, float max) {
    // −∞ adds nothing to the sum, and whole vectors need no special end.
    int padded = (length + VectorSums.LANES - 1) / VectorSums.LANES * VectorSums.LANES;
    Arrays.fill(scores, offset + length, offset + padded, Float.NEGATIVE_INFINITY);
    float factor = plain(job) ? job.scale() : 1;
    VectorExponentials.apply(scores, offset, padded, factor, max, scores, offset);
    return VectorSums.sum(scores, offset, padded);
  }

  /** Multiplies the outputs of a tile's rows by a factor each. */
  private static void scale(
      AttentionJob job, int head, int row, int rows, float[] factors, int offset) {
    int headWidth = job.headWidth();
    for (int r = 0; r < rows; r++) {
      float factor = factors[offset + r];
      float[] out = job.out().values();
      int first = job.layout().index(job.out(), row + r, head);
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
    KERNELS.scale(scores, offset, n, factor);
    return largest(scores, offset, n);
  }

  /** Of two chains, since one waits for itself. To blend takes less than {@code max}. */
  private static float largest(float[] x, int offset, int n) {
    FloatVector even = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector odd = even;
    int i = offset;
    for (; i <= offset + n - STRIP; i += STRIP) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, i);
      FloatVector b = FloatVector.fromArray(FLOATS, x, i + COUNT);
      even = even.blend(a, a.compare(VectorOperators.GT, even));
      odd = odd.blend(b, b.compare(VectorOperators.GT, odd));
    }
    float max = even.max(odd).reduceLanes(VectorOperators.MAX);
    for (; i < offset + n; i++) {
      max = Math.max(max, x[i]);
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
      largest = largest.blend(score, score.compare(VectorOperators.GT, largest));
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      scores[offset + i] = scores[offset + i] * factor + bias[biasOffset + i];
      max = Math.max(max, scores[offset + i]);
    }
    return max;
  }

  /** Σ w·v: together for the positions that all rows of the tile see, row by row for the others. */
  private static void sum(
      AttentionJob job, int head, int row, int rows, int base, CacheProducts part) {
    int headWidth = job.headWidth();
    int first = part.cache.valueIndex(head / job.layout().group(), base);
    int target = job.layout().index(job.out(), row, head);
    int common = Math.min(job.length(row), job.length(row + rows - 1)) - base;
    int done = tile(part.sums, first, headWidth, rows, common, target);
    for (int r = 0; r < rows; r++) {
      int to = target + r * job.out().stride();
      addUp(part.sums, r, done, job.length(row + r) - base, first, to, headWidth);
    }
  }

  /** Adds Σ w·v of the second cache, which all rows see wholly. */
  private static void addBeside(AttentionJob job, int head, int row, int rows, CacheProducts part) {
    int headWidth = job.headWidth();
    int length = part.cache.length();
    int first = part.cache.valueIndex(head / job.layout().group(), 0);
    FloatRows sums = part.sums.y();
    int done = tile(part.sums, first, headWidth, rows, length, sums.offset());
    for (int r = 0; r < rows; r++) {
      addUp(part.sums, r, done, length, first, sums.at(r), headWidth);
      addScaled(
          1,
          sums.values(),
          sums.at(r),
          job.out().values(),
          job.layout().index(job.out(), row + r, head),
          headWidth);
    }
  }

  /** Σ w·v for the positions that all rows see; returns how many it took. */
  private static int tile(
      VectorArrayProduct sums, int first, int headWidth, int rows, int common, int target) {
    int taken = common;
    int from = sums.x().offset();
    int d = 0;
    if (rows == 1) {
      for (; d <= headWidth - 2 * STRIP; d += 2 * STRIP) {
        VectorArrayTiles.oneRowFourVectors(sums, taken, first + d, from, target + d);
      }
    }
    if (VectorLanes.WIDE && rows == RowTiles.MOST) {
      taken -= taken % 2;
      for (; d <= headWidth - 2 * STRIP; d += 2 * STRIP) {
        VectorWideTiles.sixRows(sums, taken, first + d, from, target + d);
      }
    }
    for (; d <= headWidth - STRIP; d += STRIP) {
      VectorArrayTiles.tile(rows, sums, taken, first + d, from, target + d);
    }
    if (d < headWidth) {
      edge(sums, rows, taken, first + d, target + d, headWidth - d);
    }
    return taken;
  }

  /** Less than a strip of the head's width: computed as a whole behind the scores, and copied. */
  private static void edge(
      VectorArrayProduct sums, int rows, int inputs, int at0, int target, int width) {
    FloatRows weights = sums.x();
    int strip = RowTiles.MOST * weights.stride();
    FloatRows aside = new FloatRows(weights.values(), strip, STRIP, rows);
    VectorArrayProduct edge = new VectorArrayProduct(sums.weights(), sums.step(), weights, aside);
    VectorArrayTiles.tile(rows, edge, inputs, at0, weights.offset(), strip);
    for (int r = 0; r < rows; r++) {
      int to = target + r * sums.y().stride();
      System.arraycopy(aside.values(), aside.at(r), sums.y().values(), to, width);
    }
  }

  /** Adds w·v of positions {@code from…end−1} to a row's sums. */
  private static void addUp(
      VectorArrayProduct sums, int r, int from, int end, int first, int to, int headWidth) {
    FloatRows weights = sums.x();
    for (int p = from; p < end; p++) {
      float weight = weights.values()[weights.at(r) + p];
      addScaled(weight, sums.weights(), first + p * headWidth, sums.y().values(), to, headWidth);
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
