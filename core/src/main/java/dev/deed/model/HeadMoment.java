package dev.deed.model;

import dev.deed.tensor.LeadingSubspace;
import dev.deed.tensor.WeightMatrix;
import dev.deed.value.InputException;
import java.util.Arrays;

/**
 * The second moment {@code M = E[h hᵀ]} of what a head W reads, and the directions of it that the
 * logits depend on. With {@code M = L Lᵀ}, the best approximation of {@code W h} by r numbers of h
 * keeps the first r right singular vectors V of {@code W L}: {@code W h ≈ (W L Vᵀ) (V L⁻¹ h)}
 * (Eckart, Young, in the norm that M gives). Belongs to one thread.
 */
public final class HeadMoment {
  /** Rows of the head that its own moment is taken of. */
  private static final int MOST_ROWS = 8 * 1024;

  /** What every direction gets of their mean, so that few hidden states rule out none. */
  private static final double LEAST = 1e-3;

  /** Width over rank: with a quarter of the directions nearly all logits keep their order. */
  private static final int SHARE = 4;

  /** Hidden states for each of their numbers. */
  private static final int PLENTY = 8;

  private final double[][] sum;
  private long count;

  public HeadMoment(int width) {
    this.sum = new double[width][width];
  }

  /**
   * Adds hidden states, but for those that are not finite.
   *
   * @param hidden what the head reads, [rows, width]
   */
  public void add(float[] hidden, int rows) {
    int width = sum.length;
    for (int row = 0; row < rows; row++) {
      if (isFinite(hidden, row * width, width)) {
        addSquare(sum, hidden, row * width);
        count++;
      }
    }
  }

  private static boolean isFinite(float[] x, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!Float.isFinite(x[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether there are as many hidden states as each has numbers: fewer tell of themselves only. */
  public boolean isEnough() {
    return count >= sum.length;
  }

  /** Whether more hidden states would hardly tell more. */
  public boolean isPlenty() {
    return count >= (long) PLENTY * sum.length;
  }

  /**
   * The directions that a head's logits depend on.
   *
   * @throws IllegalStateException when no hidden state was added
   * @throws InputException when weights of the head are not finite
   */
  public HeadBasis basis(GenerationHead head) {
    if (count == 0) {
      throw new IllegalStateException("no hidden state was added");
    }
    int width = sum.length;
    int rank = Math.max(1, width / SHARE);
    double[][] root = root();
    double[][] matrix = between(root, rowMoment(head.weights()));
    InputException.require(
        Arrays.stream(matrix).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite),
        "the model's head",
        "has weights that are not finite",
        "give a checkpoint whose weights are numbers");
    double[][] vectors = LeadingSubspace.of(matrix, rank);
    float[] rows = new float[rank * width];
    float[] hidden = new float[rank * width];
    for (int i = 0; i < rank; i++) {
      double[] reading = timesInverse(vectors[i], root);
      for (int k = 0; k < width; k++) {
        double weight = 0;
        for (int j = 0; j <= k; j++) {
          weight += root[k][j] * vectors[i][j];
        }
        rows[i * width + k] = (float) weight;
        hidden[i * width + k] = (float) reading[k];
      }
    }
    return new HeadBasis("the draft head", rank, width, hidden, rows);
  }

  /** Adds the lower half of x xᵀ. */
  private static void addSquare(double[][] sum, float[] x, int from) {
    for (int i = 0; i < sum.length; i++) {
      double factor = x[from + i];
      double[] row = sum[i];
      for (int k = 0; k <= i; k++) {
        row[k] += factor * x[from + k];
      }
    }
  }

  /** L of M = L Lᵀ, lower (Cholesky). */
  private double[][] root() {
    int width = sum.length;
    double trace = 0;
    for (int i = 0; i < width; i++) {
      trace += sum[i][i] / count;
    }
    double least = Math.max(LEAST * trace / width, Double.MIN_NORMAL);
    double[][] root = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int k = 0; k <= i; k++) {
        double rest = sum[i][k] / count + (i == k ? least : 0);
        for (int j = 0; j < k; j++) {
          rest -= root[i][j] * root[k][j];
        }
        root[i][k] = i == k ? Math.sqrt(rest) : rest / root[k][k];
      }
    }
    return root;
  }

  /** The moment of a head's rows about their mean, which moves all logits alike; lower half. */
  private static double[][] rowMoment(WeightMatrix head) {
    int width = head.inputs();
    int step = Math.max(1, head.outputs() / MOST_ROWS);
    float[] mean = LowRankHead.meanRow(head);
    float[] row = new float[width];
    double[][] moment = new double[width][width];
    for (int output = 0; output < head.outputs(); output += step) {
      head.copyRow(output, row, 0);
      for (int k = 0; k < width; k++) {
        row[k] -= mean[k];
      }
      addSquare(moment, row, 0);
    }
    return moment;
  }

  /** Lᵀ G L of a symmetric G whose lower half is given; all of it. */
  private static double[][] between(double[][] root, double[][] lower) {
    int width = root.length;
    double[][] left = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int k = 0; k < width; k++) {
        double entry = k <= i ? lower[i][k] : lower[k][i];
        for (int j = 0; j <= k; j++) {
          left[i][j] += entry * root[k][j];
        }
      }
    }
    double[][] product = new double[width][width];
    for (int k = 0; k < width; k++) {
      for (int i = 0; i <= k; i++) {
        double factor = root[k][i];
        for (int j = 0; j < width; j++) {
          product[i][j] += factor * left[k][j];
        }
      }
    }
    return product;
  }

  /** v L⁻¹, by solving x L = v from the last column on. */
  private static double[] timesInverse(double[] v, double[][] root) {
    double[] x = v.clone();
    for (int k = x.length - 1; k >= 0; k--) {
      x[k] /= root[k][k];
      for (int j = 0; j < k; j++) {
        x[j] -= x[k] * root[k][j];
      }
    }
    return x;
  }
}
