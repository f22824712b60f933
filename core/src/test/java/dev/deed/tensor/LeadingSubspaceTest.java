package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.RandomCases;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The span of the largest eigenvectors, on matrices whose eigenvectors are known. */
final class LeadingSubspaceTest {
  @Test
  void findsTheLargestDirections() {
    RandomCases.run(
        40,
        random -> {
          int size = 1 + random.nextInt(24);
          int rank = 1 + random.nextInt(size);
          double[][] axes = LeadingSubspace.of(identity(size), size);
          double[] values = new double[size];
          for (int i = 0; i < size; i++) {
            values[i] = i < rank ? 3 + random.nextDouble() : random.nextDouble();
          }
          double[][] found = LeadingSubspace.of(matrix(axes, values), rank);
          assertOrthonormal(found);
          for (int i = 0; i < rank; i++) {
            // What lies in the span has its whole length there.
            assertThat(squareWithin(found, axes[i])).isCloseTo(1, within(1e-4));
          }
          assertThat(LeadingSubspace.of(matrix(axes, values), rank)).isDeepEqualTo(found);
        });
  }

  /** Fewer directions than are asked for: others stand in. */
  @Test
  void aMatrixOfLowRankIsEnough() {
    Random random = new Random(5);
    double[] row = random.doubles(7, -1, 1).toArray();
    double[][] matrix = new double[7][7];
    for (int i = 0; i < 7; i++) {
      for (int k = 0; k < 7; k++) {
        matrix[i][k] = row[i] * row[k];
      }
    }
    double length = 0;
    for (double value : row) {
      length += value * value;
    }
    double[][] found = LeadingSubspace.of(matrix, 4);
    assertOrthonormal(found);
    assertThat(squareWithin(found, row)).isCloseTo(length, within(1e-9));
    assertOrthonormal(LeadingSubspace.of(new double[3][3], 3));
  }

  private static void assertOrthonormal(double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < rows.length; k++) {
        assertThat(dot(rows[i], rows[k])).isCloseTo(i == k ? 1 : 0, within(1e-9));
      }
    }
  }

  private static double[][] identity(int size) {
    double[][] identity = new double[size][size];
    for (int i = 0; i < size; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  private static double[][] matrix(double[][] axes, double[] values) {
    int size = values.length;
    double[][] matrix = new double[size][size];
    for (int axis = 0; axis < size; axis++) {
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < size; k++) {
          matrix[i][k] += values[axis] * axes[axis][i] * axes[axis][k];
        }
      }
    }
    return matrix;
  }

  private static double squareWithin(double[][] rows, double[] x) {
    double square = 0;
    for (double[] row : rows) {
      square += dot(row, x) * dot(row, x);
    }
    return square;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}
