package dev.deed.tensor.kernel;

import static dev.deed.tensor.Int8Rounding.MOST;
import static dev.deed.tensor.Int8Rounding.ROUNDING;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.NarrowAttention;
import dev.deed.tensor.NarrowAttentionKernel;
import dev.deed.tensor.NarrowKeysValues;

/** The twin that defines the result: one row and head at a time. */
public final class ScalarNarrowAttention implements NarrowAttentionKernel {
  private final ScalarKernels kernels = new ScalarKernels();

  @Override
  public void round(KeyValueCache wide, NarrowKeysValues narrow, int firstHead, int endHead) {
    for (int head = firstHead; head < endHead; head++) {
      for (int p = 0; p < narrow.length(); p++) {
        int scale = narrow.scaleIndex(head, p);
        narrow.keyScales()[scale] =
            round(
                wide.keys(),
                wide.keyIndex(head, p),
                KeyValueCache.BLOCK,
                narrow.keys(),
                narrow.keyIndex(head, p),
                NarrowKeysValues.BLOCK,
                narrow.headWidth());
        narrow.valueScales()[scale] =
            round(
                wide.values(),
                wide.valueIndex(head, p),
                1,
                narrow.values(),
                narrow.valueIndex(head, p),
                1,
                narrow.headWidth());
      }
    }
  }

  /** Rounds {@code n} numbers; returns their scale. */
  private static float round(
      float[] x, int from, int step, byte[] target, int to, int targetStep, int n) {
    float most = 0;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, Math.abs(x[from + i * step]));
    }
    float factor = factor(most);
    for (int i = 0; i < n; i++) {
      target[to + i * targetStep] = round(x[from + i * step], factor);
    }
    return most / MOST;
  }

  /** What numbers up to a magnitude are multiplied by. */
  public static float factor(float most) {
    return most == 0 ? 0 : MOST / most;
  }

  /** The whole number next to x · factor. */
  public static byte round(float x, float factor) {
    return (byte) Float.floatToRawIntBits(x * factor + ROUNDING);
  }

  @Override
  public void attend(NarrowAttention.Job job, int firstHead, int endHead) {
    float[] weights = new float[job.source().length()];
    for (int head = firstHead; head < endHead; head++) {
      for (int row = 0; row < job.q().count(); row++) {
        score(job, row, head, weights);
        AttentionBias bias = job.bias();
        if (bias != null) {
          kernels.add(weights, 0, bias.data(), bias.index(row, head), weights.length);
        }
        kernels.softmax(weights, 0, weights.length);
        sum(job, row, head, weights);
      }
    }
  }

  private void score(NarrowAttention.Job job, int row, int head, float[] scores) {
    NarrowKeysValues source = job.source();
    int width = source.headWidth();
    int query = job.layout().index(job.q(), row, head);
    int from = job.sourceHead(head);
    for (int p = 0; p < scores.length; p++) {
      int key = source.keyIndex(from, p);
      float sum = 0f;
      for (int d = 0; d < width; d++) {
        sum =
            Math.fma(
                job.q().values()[query + d], source.keys()[key + d * NarrowKeysValues.BLOCK], sum);
      }
      scores[p] = sum * source.keyScales()[source.scaleIndex(from, p)] * job.layout().scale();
    }
    if (job.layout().cap() > 0) {
      kernels.softCap(scores, 0, scores.length, job.layout().cap());
    }
  }

  private static void sum(NarrowAttention.Job job, int row, int head, float[] weights) {
    NarrowKeysValues source = job.source();
    int width = source.headWidth();
    int target = job.layout().index(job.out(), row, head);
    int from = job.sourceHead(head);
    for (int d = 0; d < width; d++) {
      float sum = 0f;
      for (int p = 0; p < weights.length; p++) {
        float weight = weights[p] * source.valueScales()[source.scaleIndex(from, p)];
        sum = Math.fma(weight, source.values()[source.valueIndex(from, p) + d], sum);
      }
      job.out().values()[target + d] = sum;
    }
  }
}
