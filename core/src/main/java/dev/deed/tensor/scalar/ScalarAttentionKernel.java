package dev.deed.tensor.scalar;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.AttentionKernel;
import dev.deed.tensor.KeyValueCache;
import java.util.Arrays;

/** The twin that defines the result: one row and head at a time. */
public final class ScalarAttentionKernel implements AttentionKernel {
  private static final int BLOCK = KeyValueCache.BLOCK;

  @Override
  public void attend(AttentionJob job, int firstHead, int endHead, int firstRow, int endRow) {
    for (int row = firstRow; row < endRow; row++) {
      float[] weights = new float[job.length(row)];
      for (int head = firstHead; head < endHead; head++) {
        score(job, row, head, weights);
        float total = exponentials(weights);
        sum(job, row, head, weights, total == 0 ? 0 : 1 / total);
      }
    }
  }

  private static void score(AttentionJob job, int row, int head, float[] scores) {
    float[] keys = job.cache().keys();
    float[] q = job.q().values();
    int query = job.q().at(row) + head * job.headWidth();
    for (int p = 0; p < scores.length; p++) {
      int key = job.cache().keyIndex(head, p);
      float sum = 0f;
      for (int d = 0; d < job.headWidth(); d++) {
        sum = Math.fma(q[query + d], keys[key + d * BLOCK], sum);
      }
      scores[p] = sum * job.scale();
    }
    AttentionBias bias = job.bias();
    if (bias != null) {
      add(scores, bias.data(), job.biasIndex(bias, row, head));
    }
  }

  private static void add(float[] scores, float[] bias, int offset) {
    for (int p = 0; p < scores.length; p++) {
      scores[p] += bias[offset + p];
    }
  }

  /** x = exp(x − max); returns the sum, which is 0 when there are none. */
  private static float exponentials(float[] x) {
    float max = Float.NEGATIVE_INFINITY;
    for (float score : x) {
      max = Math.max(max, score);
    }
    for (int p = 0; p < x.length; p++) {
      x[p] = ScalarFunctions.expNonPositive(x[p] - max);
    }
    return ScalarSums.sum(x, 0, x.length);
  }

  private static void sum(AttentionJob job, int row, int head, float[] weights, float factor) {
    float[] values = job.cache().values();
    float[] out = job.out().values();
    int target = job.out().at(row) + head * job.headWidth();
    Arrays.fill(out, target, target + job.headWidth(), 0f);
    for (int p = 0; p < weights.length; p++) {
      int value = job.cache().valueIndex(head, p);
      for (int d = 0; d < job.headWidth(); d++) {
        out[target + d] = Math.fma(weights[p], values[value + d], out[target + d]);
      }
    }
    for (int d = 0; d < job.headWidth(); d++) {
      out[target + d] *= factor;
    }
  }
}
