package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer {@code y = x Wᵀ + b}. Immutable.
 *
 * @param weight [outputs, inputs]
 * @param bias [outputs], or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Linear(WeightMatrix weight, float @Nullable [] bias) {
  /** Reads {@code NAME.weight} and, where asked for, {@code NAME.bias}. */
  public static Linear read(ParameterSource source, String name, boolean bias) {
    return stacked(source, List.of(new Part(name, bias)));
  }

  /**
   * Reads a layer whose outputs have factors, which are folded in: {@code y = (s·W) x + s·b}.
   *
   * @param scale name of the factors [outputs]
   */
  public static Linear scaled(ParameterSource source, String name, boolean bias, String scale) {
    float[] factors = source.tensor(scale).toFloats();
    Tensor weight = source.tensor(Names.weight(name));
    int inputs = weight.shape().getLast();
    float[] biases = source.bias(name, bias);
    for (int i = 0; biases != null && i < biases.length; i++) {
      biases[i] *= factors[i];
    }
    return new Linear(
        source.pack(scaled(rows(weight, inputs), inputs, factors), factors.length, inputs), biases);
  }

  /** Rows times a factor each. */
  public static RowSource scaled(RowSource rows, int inputs, float[] factors) {
    return (first, count, target) -> {
      rows.rows(first, count, target);
      for (int i = 0; i < count; i++) {
        KernelChoice.kernels().scale(target, i * inputs, inputs, factors[first + i]);
      }
    };
  }

  /** One of the layers that are stacked. */
  public record Part(String name, boolean bias) {}

  /**
   * Several layers with the same input, one under another, computed in one go; those without a bias
   * beside others with one get zeros.
   */
  public static Linear stacked(ParameterSource source, List<Part> parts) {
    List<RowBlock> blocks = new ArrayList<>();
    int inputs = 0;
    int outputs = 0;
    for (Part part : parts) {
      Tensor weight = source.tensor(Names.weight(part.name));
      int rows = weight.shape().getFirst();
      inputs = rows == 0 ? 0 : Math.toIntExact(weight.elements() / rows);
      blocks.add(new RowBlock(rows(weight, inputs), rows));
      outputs += rows;
    }
    float[] biases = parts.stream().anyMatch(Part::bias) ? new float[outputs] : null;
    int offset = 0;
    for (int i = 0; biases != null && i < parts.size(); i++) {
      if (parts.get(i).bias) {
        Tensor bias = source.tensor(Names.bias(parts.get(i).name));
        bias.read(0, biases, offset, blocks.get(i).outputs());
      }
      offset += blocks.get(i).outputs();
    }
    return new Linear(
        KernelChoice.packing().stack(source.precision(), blocks, inputs, source.memory()), biases);
  }

  /** Rows of a tensor, seen as a matrix of {@code inputs} columns. */
  public static RowSource rows(Tensor tensor, int inputs) {
    return (first, count, target) ->
        tensor.read((long) first * inputs, target, 0, Math.multiplyExact(count, inputs));
  }

  public int outputs() {
    return weight.outputs();
  }

  /** x [rows, inputs] to an array of its own, [rows, outputs], both without gaps. */
  public float[] apply(float[] x, int rows, ThreadPool pool) {
    float[] y = new float[Math.multiplyExact(rows, outputs())];
    apply(x, rows, y, pool);
    return y;
  }

  /** x [rows, inputs] to y [rows, outputs], both without gaps. */
  public void apply(float[] x, int rows, float[] y, ThreadPool pool) {
    apply(x, rows, y, 0, pool);
  }

  /** x [rows, inputs] to [rows, outputs] of y from row {@code first} on, both without gaps. */
  public void apply(float[] x, int rows, float[] y, int first, ThreadPool pool) {
    int outputs = weight.outputs();
    weight.multiply(
        FloatRows.of(x, weight.inputs(), rows),
        bias,
        new FloatRows(y, first * outputs, outputs, rows),
        pool);
  }
}
