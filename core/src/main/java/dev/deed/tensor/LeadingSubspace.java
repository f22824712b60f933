package dev.deed.tensor;

import java.util.SplittableRandom;

/**
 * The directions in which a symmetric matrix without negative eigenvalues is largest, by orthogonal
 * iteration (Golub, Van Loan, Matrix Computations, section 8.2.4). It finds their span, not the
 * single eigenvectors, which is all that a projection takes. The same matrix gives the same bits.
 */
public final class LeadingSubspace {
  /** More change a projection by less than its rounding to int8 does. */
  private static final int ROUNDS = 12;

  private static final long SEED = 1;

  /** What is left of a vector, of its length before, where it depends on those above it. */
  private static final double DEPENDENT = 1e-10;

  private LeadingSubspace() {}

  /**
   * @param matrix [size, size], symmetric and finite
   * @param rank number of directions, at most its size
   * @return orthonormal rows, [rank, size]
   */
  public static double[][] of(double[][] matrix, int rank) {
    int size = matrix.length;
    SplittableRandom random = new SplittableRandom(SEED);
    double[][] rows = new double[rank][size];
    for (double[] row : rows) {
      for (int k = 0; k < size; k++) {
        row[k] = random.nextDouble(-1, 1);
      }
    }
    orthonormalise(rows, random);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < rank; i++) {
        rows[i] = product(matrix, rows[i]);
      }
      orthonormalise(rows, random);
    }
    return rows;
  }

  private static double[] product(double[][] symmetric, double[] x) {
    double[] y = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      addScaled(y, symmetric[k], x[k]);
    }
    return y;
  }

  /** Gram–Schmidt, twice for each row, which leaves them orthogonal to the last digits. */
  private static void orthonormalise(double[][] rows, SplittableRandom random) {
    for (int i = 0; i < rows.length; i++) {
      double before = length(rows[i]);
      project(rows, i);
      while (!(length(rows[i]) > DEPENDENT * before)) {
        // The matrix has fewer directions: any other will do.
        for (int k = 0; k < rows[i].length; k++) {
          rows[i][k] = random.nextDouble(-1, 1);
        }
        before = length(rows[i]);
        project(rows, i);
      }
      project(rows, i);
      double scale = 1 / length(rows[i]);
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] *= scale;
      }
    }
  }

  /** Takes out of a row what lies along those above it, which are of length 1. */
  private static void project(double[][] rows, int row) {
    for (int i = 0; i < row; i++) {
      addScaled(rows[row], rows[i], -dot(rows[row], rows[i]));
    }
  }

  private static void addScaled(double[] sum, double[] row, double factor) {
    for (int k = 0; k < sum.length; k++) {
      sum[k] += row[k] * factor;
    }
  }

  private static double length(double[] row) {
    return Math.sqrt(dot(row, row));
  }

  /** In four sums, which the processor adds side by side. */
  private static double dot(double[] a, double[] b) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int k = 0;
    for (; k + 4 <= a.length; k += 4) {
      sum0 += a[k] * b[k];
      sum1 += a[k + 1] * b[k + 1];
      sum2 += a[k + 2] * b[k + 2];
      sum3 += a[k + 3] * b[k + 3];
    }
    for (; k < a.length; k++) {
      sum0 += a[k] * b[k];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }
}
