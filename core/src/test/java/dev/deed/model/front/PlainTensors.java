package dev.deed.model.front;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.ParameterSource;
import java.util.Arrays;

/** Layers as they are defined, in double precision. */
record PlainTensors(ParameterSource source) {
  private static final double EPSILON = 1e-5;

  double[] all(String name) {
    float[] floats = source.tensor(name).toFloats();
    double[] values = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  double[] row(String name, int row) {
    Tensor tensor = source.tensor(name);
    int width = Math.toIntExact(tensor.elements() / tensor.shape().getFirst());
    return Arrays.copyOfRange(all(name), row * width, (row + 1) * width);
  }

  double[] linear(String name, double[] x) {
    return sum(products(name + ".weight", new double[][] {x})[0], all(name + ".bias"));
  }

  double[][] linears(String name, double[][] rows) {
    double[][] values = products(name + ".weight", rows);
    double[] bias = all(name + ".bias");
    return Arrays.stream(values).map(row -> sum(row, bias)).toArray(double[][]::new);
  }

  /** Rows times the transpose of a matrix. */
  double[][] products(String name, double[][] rows) {
    double[] weight = all(name);
    int outputs = source.tensor(name).shape().getFirst();
    double[][] values = new double[rows.length][outputs];
    for (int i = 0; i < rows.length; i++) {
      for (int o = 0; o < outputs; o++) {
        for (int k = 0; k < rows[i].length; k++) {
          values[i][o] += weight[o * rows[i].length + k] * rows[i][k];
        }
      }
    }
    return values;
  }

  double[][] norms(String name, double[][] rows) {
    return Arrays.stream(rows).map(row -> norm(name, row)).toArray(double[][]::new);
  }

  double[] norm(String name, double[] x) {
    double[] weight = all(name + ".weight");
    double[] bias = all(name + ".bias");
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] normed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      normed[i] = (x[i] - mean) / Math.sqrt(variance + EPSILON) * weight[i] + bias[i];
    }
    return normed;
  }

  /**
   * A convolution padded by half its square kernel, and its batch norm; [channels][rows][columns].
   */
  double[][][] convolution(String name, double[][][] map, int stride, boolean relu) {
    double[] weight = all(name + ".convolution.weight");
    double[] gamma = all(name + ".norm.weight");
    double[] beta = all(name + ".norm.bias");
    double[] mean = all(name + ".norm.running_mean");
    double[] variance = all(name + ".norm.running_var");
    int kernel = source.tensor(name + ".convolution.weight").shape().getLast();
    int height = (map[0].length - 1) / stride + 1;
    int width = (map[0][0].length - 1) / stride + 1;
    double[][][] out = new double[gamma.length][height][width];
    for (int o = 0; o < gamma.length; o++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double sum = 0;
          int at = o * map.length * kernel * kernel;
          for (double[][] channel : map) {
            for (int dy = 0; dy < kernel; dy++) {
              for (int dx = 0; dx < kernel; dx++) {
                int row = y * stride + dy - kernel / 2;
                int column = x * stride + dx - kernel / 2;
                boolean inside =
                    row >= 0 && row < channel.length && column >= 0 && column < channel[0].length;
                sum += inside ? weight[at] * channel[row][column] : 0;
                at++;
              }
            }
          }
          double value = (sum - mean[o]) / Math.sqrt(variance[o] + EPSILON) * gamma[o] + beta[o];
          out[o][y][x] = relu ? Math.max(0, value) : value;
        }
      }
    }
    return out;
  }

  static double[][][] maxPool(double[][][] map) {
    int height = (map[0].length - 1) / 2 + 1;
    int width = (map[0][0].length - 1) / 2 + 1;
    double[][][] out = new double[map.length][height][width];
    for (int channel = 0; channel < map.length; channel++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double largest = Double.NEGATIVE_INFINITY;
          for (int row = 2 * y - 1; row <= 2 * y + 1; row++) {
            for (int column = 2 * x - 1; column <= 2 * x + 1; column++) {
              if (row >= 0 && row < map[0].length && column >= 0 && column < map[0][0].length) {
                largest = Math.max(largest, map[channel][row][column]);
              }
            }
          }
          out[channel][y][x] = largest;
        }
      }
    }
    return out;
  }

  static double[][][] positiveSum(double[][][] a, double[][][] b) {
    double[][][] sum = new double[a.length][a[0].length][];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        sum[i][j] = Arrays.stream(sum(a[i][j], b[i][j])).map(v -> Math.max(0, v)).toArray();
      }
    }
    return sum;
  }

  static double[] softmax(double[] scores) {
    double largest = Arrays.stream(scores).max().orElseThrow();
    double[] weights = Arrays.stream(scores).map(score -> Math.exp(score - largest)).toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  static double[] scaled(double[] x, double factor) {
    return Arrays.stream(x).map(value -> value * factor).toArray();
  }

  static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
