package dev.deed.tensor;

import java.util.Arrays;

/** The twin that defines the result: one row and head at a time. */
final class ScalarAttentionKernel implements AttentionKernel {
  private static final int BLOCK = KeyValueCache.BLOCK;

  private final Kernels kernels;

  ScalarAttentionKernel(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void attend(AttentionJob job, int firstHead, int endHead, int firstRow, int endRow) {
    for (int row = firstRow; row < endRow; row++) {
      float[] weights = new float[job.length(row)];
      for (int head = firstHead; head < endHead; head++) {
        score(job, row, head, weights);
        kernels.softmax(weights, 0, weights.length);
        sum(job, row, head, weights);
      }
    }
  }

  private static void score(AttentionJob job, int row, int head, float[] scores) {
    float[] keys = job.cache().keys();
    int query = job.qOffset() + row * job.qStride() + head * job.headWidth();
    for (int p = 0; p < scores.length; p++) {
      int key = job.cache().keyIndex(head, p);
      float sum = 0f;
      for (int d = 0; d < job.headWidth(); d++) {
        sum = Math.fma(job.q()[query + d], keys[key + d * BLOCK], sum);
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

  private static void sum(AttentionJob job, int row, int head, float[] weights) {
    float[] values = job.cache().values();
    int target = job.outOffset() + row * job.outStride() + head * job.headWidth();
    Arrays.fill(job.out(), target, target + job.headWidth(), 0f);
    for (int p = 0; p < weights.length; p++) {
      int value = job.cache().valueIndex(head, p);
      for (int d = 0; d < job.headWidth(); d++) {
        job.out()[target + d] = Math.fma(weights[p], values[value + d], job.out()[target + d]);
      }
    }
  }
}
