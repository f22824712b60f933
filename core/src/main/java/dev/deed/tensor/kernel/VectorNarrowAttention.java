package dev.deed.tensor.kernel;

import static dev.deed.tensor.Int8Rounding.MOST;
import static dev.deed.tensor.Int8Rounding.ROUNDING;
import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.I2B;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.NarrowAttention;
import dev.deed.tensor.NarrowAttentionKernel;
import dev.deed.tensor.NarrowKeysValues;
import dev.deed.tensor.ThreadBuffer;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention over int8 keys and values: bytes are converted on the way, and what is a source's alone
 * is read once a row, four vectors at a time. Drafts have one row a sequence.
 */
public final class VectorNarrowAttention implements NarrowAttentionKernel {
  private static final int BLOCK = NarrowKeysValues.BLOCK;

  /** No vector has fewer bytes than eight: with four lanes, half of one is used. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Byte.SIZE * Math.max(COUNT, 8)));

  /** Positions whose scores are computed at a time, and values of a head that are summed up. */
  private static final int FOUR = 4 * COUNT;

  /** Weights of a row, then its sums; factors of lanes. */
  private static final ThreadBuffer<float[]> BUFFER = ThreadBuffer.ofFloats();

  private final VectorKernels kernels = new VectorKernels();
  private final VectorIntegerKernel integers = new VectorIntegerKernel();

  @Override
  public void round(KeyValueCache wide, NarrowKeysValues narrow, int firstHead, int endHead) {
    for (int head = firstHead; head < endHead; head++) {
      for (int p = 0; p < narrow.length(); p += COUNT) {
        roundKeys(wide, narrow, head, p);
      }
      for (int p = 0; p < narrow.length(); p++) {
        int scale = narrow.scaleIndex(head, p);
        narrow.valueScales()[scale] =
            roundValues(
                wide.values(),
                wide.valueIndex(head, p),
                narrow.values(),
                narrow.valueIndex(head, p),
                narrow.headWidth());
      }
    }
  }

  /** Keys of as many positions as a vector has lanes; behind the last there may be leftovers. */
  private static void roundKeys(KeyValueCache wide, NarrowKeysValues narrow, int head, int p) {
    float[] x = wide.keys();
    int from = wide.keyIndex(head, p);
    int n = narrow.headWidth();
    FloatVector most = FloatVector.zero(FLOATS);
    for (int d = 0; d < n; d++) {
      FloatVector key = FloatVector.fromArray(FLOATS, x, from + d * KeyValueCache.BLOCK);
      most = most.max(key.lanewise(ABS));
    }
    most.div(MOST).intoArray(narrow.keyScales(), narrow.scaleIndex(head, p));
    float[] factors = BUFFER.get(COUNT);
    FloatVector.broadcast(FLOATS, MOST)
        .div(most)
        .blend(0f, most.compare(EQ, 0f))
        .intoArray(factors, 0);
    int to = narrow.keyIndex(head, p);
    for (int d = 0; d < n; d++) {
      round(x, from + d * KeyValueCache.BLOCK, factors, narrow.keys(), to + d * BLOCK);
    }
  }

  /** Values of a position; returns their scale. */
  private float roundValues(float[] x, int from, byte[] target, int to, int n) {
    float most = integers.magnitude(x, from, n);
    float factor = ScalarNarrowAttention.factor(most);
    float[] factors = BUFFER.get(COUNT);
    Arrays.fill(factors, 0, COUNT, factor);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      round(x, from + i, factors, target, to + i);
    }
    for (; i < n; i++) {
      target[to + i] = ScalarNarrowAttention.round(x[from + i], factor);
    }
    return most / MOST;
  }

  /**
   * Rounds as many numbers as a vector has lanes, and writes no byte more: others may write behind.
   *
   * @param factors of the lanes
   */
  private static void round(float[] x, int from, float[] factors, byte[] target, int to) {
    IntVector numbers =
        FloatVector.fromArray(FLOATS, x, from)
            .mul(FloatVector.fromArray(FLOATS, factors, 0))
            .add(ROUNDING)
            .reinterpretAsInts();
    if (BYTES.length() == COUNT) {
      ((ByteVector) numbers.convertShape(I2B, BYTES, 0)).intoArray(target, to);
    } else {
      for (int lane = 0; lane < COUNT; lane++) {
        target[to + lane] = (byte) numbers.lane(lane);
      }
    }
  }

  @Override
  public void attend(NarrowAttention.Job job, int firstHead, int endHead) {
    NarrowKeysValues source = job.source();
    int length = source.length();
    int span = (length + BLOCK - 1) / BLOCK * BLOCK;
    float[] buffer = BUFFER.get(span + source.rowBytes());
    for (int head = firstHead; head < endHead; head++) {
      int from = job.sourceHead(head);
      int scales = source.scaleIndex(from, 0);
      for (int row = 0; row < job.q().count(); row++) {
        int query = job.layout().index(job.q(), row, head);
        for (int block = 0; block < span; block += BLOCK) {
          score(job.q().values(), query, source, source.keyIndex(from, block), buffer, block);
        }
        VectorKernels.multiply(buffer, 0, source.keyScales(), scales, length);
        kernels.scale(buffer, 0, length, job.layout().scale());
        if (job.layout().cap() > 0) {
          kernels.softCap(buffer, 0, length, job.layout().cap());
        }
        AttentionBias bias = job.bias();
        if (bias != null) {
          kernels.add(buffer, 0, bias.data(), bias.index(row, head), length);
        }
        kernels.softmax(buffer, 0, length);
        VectorKernels.multiply(buffer, 0, source.valueScales(), scales, length);
        sum(source, source.valueIndex(from, 0), buffer, span);
        float[] out = job.out().values();
        System.arraycopy(
            buffer, span, out, job.layout().index(job.out(), row, head), source.headWidth());
      }
    }
  }

  /** Σ q·k of a block of positions. */
  private static void score(
      float[] q, int query, NarrowKeysValues source, int block, float[] scores, int to) {
    byte[] keys = source.keys();
    int inputs = source.headWidth();
    for (int part = 0; part < BLOCK; part += FOUR) {
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      FloatVector s2 = FloatVector.zero(FLOATS);
      FloatVector s3 = FloatVector.zero(FLOATS);
      for (int d = 0; d < inputs; d++) {
        int at = block + part + d * BLOCK;
        FloatVector value = FloatVector.broadcast(FLOATS, q[query + d]);
        s0 =
            value.fma(
                (FloatVector) ByteVector.fromArray(BYTES, keys, at).convertShape(B2F, FLOATS, 0),
                s0);
        s1 =
            value.fma(
                (FloatVector)
                    ByteVector.fromArray(BYTES, keys, at + COUNT).convertShape(B2F, FLOATS, 0),
                s1);
        s2 =
            value.fma(
                (FloatVector)
                    ByteVector.fromArray(BYTES, keys, at + 2 * COUNT).convertShape(B2F, FLOATS, 0),
                s2);
        s3 =
            value.fma(
                (FloatVector)
                    ByteVector.fromArray(BYTES, keys, at + 3 * COUNT).convertShape(B2F, FLOATS, 0),
                s3);
      }
      s0.intoArray(scores, to + part);
      s1.intoArray(scores, to + part + COUNT);
      s2.intoArray(scores, to + part + 2 * COUNT);
      s3.intoArray(scores, to + part + 3 * COUNT);
    }
  }

  /** Σ w·v; the sums go behind the weights. */
  private static void sum(NarrowKeysValues source, int first, float[] weights, int to) {
    byte[] values = source.values();
    int step = source.rowBytes();
    int length = source.length();
    int d = 0;
    for (; d <= step - FOUR; d += FOUR) {
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      FloatVector s2 = FloatVector.zero(FLOATS);
      FloatVector s3 = FloatVector.zero(FLOATS);
      for (int p = 0; p < length; p++) {
        int at = first + d + p * step;
        FloatVector weight = FloatVector.broadcast(FLOATS, weights[p]);
        s0 =
            weight.fma(
                (FloatVector) ByteVector.fromArray(BYTES, values, at).convertShape(B2F, FLOATS, 0),
                s0);
        s1 =
            weight.fma(
                (FloatVector)
                    ByteVector.fromArray(BYTES, values, at + COUNT).convertShape(B2F, FLOATS, 0),
                s1);
        s2 =
            weight.fma(
                (FloatVector)
                    ByteVector.fromArray(BYTES, values, at + 2 * COUNT)
                        .convertShape(B2F, FLOATS, 0),
                s2);
        s3 =
            weight.fma(
                (FloatVector)
                    ByteVector.fromArray(BYTES, values, at + 3 * COUNT)
                        .convertShape(B2F, FLOATS, 0),
                s3);
      }
      s0.intoArray(weights, to + d);
      s1.intoArray(weights, to + d + COUNT);
      s2.intoArray(weights, to + d + 2 * COUNT);
      s3.intoArray(weights, to + d + 3 * COUNT);
    }
    for (; d < step; d += COUNT) {
      FloatVector s = FloatVector.zero(FLOATS);
      for (int p = 0; p < length; p++) {
        s =
            FloatVector.broadcast(FLOATS, weights[p])
                .fma(
                    (FloatVector)
                        ByteVector.fromArray(BYTES, values, first + d + p * step)
                            .convertShape(B2F, FLOATS, 0),
                    s);
      }
      s.intoArray(weights, to + d);
    }
  }
}
