package dev.deed.tensor.kernel;

import dev.deed.tensor.Activation;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.AttentionKernel;
import dev.deed.tensor.KeyValueCache;
import java.util.Arrays;

/** The twin that defines the result: one row and head at a time. */
public final class ScalarAttentionKernel implements AttentionKernel {
  private static final int BLOCK = KeyValueCache.BLOCK;

  private final ScalarKernels kernels = new ScalarKernels();

  @Override
  public void attend(AttentionJob job, int firstHead, int endHead, int firstRow, int endRow) {
    KeyValueCache beside = job.beside();
    for (int row = firstRow; row < endRow; row++) {
      int base = job.first(row) / BLOCK * BLOCK;
      float[] weights = new float[job.length(row) - base];
      float[] others = new float[beside == null ? 0 : beside.length()];
      for (int head = firstHead; head < endHead; head++) {
        score(job, row, head, job.cache(), base, weights);
        AttentionBias bias = job.bias();
        if (bias != null) {
          kernels.add(weights, 0, bias.data(), bias.index(row, head) + base, weights.length);
        }
        Arrays.fill(weights, 0, job.first(row) - base, Float.NEGATIVE_INFINITY);
        if (beside != null) {
          score(job, row, head, beside, 0, others);
        }
        float max =
            Math.max(
                ScalarKernels.max(weights, 0, weights.length),
                ScalarKernels.max(others, 0, others.length));
        float total = exponentials(weights, max) + exponentials(others, max);
        float[] out = sum(job, head, job.cache(), base, weights);
        if (beside != null) {
          kernels.add(out, 0, sum(job, head, beside, 0, others), 0, out.length);
        }
        for (int d = 0; d < out.length; d++) {
          job.out().values()[job.layout().index(job.out(), row, head) + d] =
              out[d] * (total == 0 ? 0 : 1 / total);
        }
      }
    }
  }

  private static void score(
      AttentionJob job, int row, int head, KeyValueCache cache, int base, float[] scores) {
    float[] q = job.q().values();
    int query = job.layout().index(job.q(), row, head);
    float cap = job.layout().cap();
    for (int p = 0; p < scores.length; p++) {
      int key = cache.keyIndex(head / job.layout().group(), base + p);
      float sum = 0f;
      for (int d = 0; d < job.headWidth(); d++) {
        sum = Math.fma(q[query + d], cache.keys()[key + d * BLOCK], sum);
      }
      float score = sum * job.scale();
      scores[p] =
          cap == 0 ? score : cap * ScalarFunctions.activation(Activation.TANH, score * (1 / cap));
    }
  }

  /** x = exp(x − max); returns the sum, which is 0 when there are none. */
  private static float exponentials(float[] x, float max) {
    for (int p = 0; p < x.length; p++) {
      x[p] = ScalarFunctions.expNonPositive(x[p] - max);
    }
    return ScalarSums.sum(x, 0, x.length);
  }

  /** Σ w·v, [head width]. */
  private static float[] sum(
      AttentionJob job, int head, KeyValueCache cache, int base, float[] weights) {
    float[] sums = new float[job.headWidth()];
    for (int p = 0; p < weights.length; p++) {
      int value = cache.valueIndex(head / job.layout().group(), base + p);
      for (int d = 0; d < sums.length; d++) {
        sums[d] = Math.fma(weights[p], cache.values()[value + d], sums[d]);
      }
    }
    return sums;
  }
}
