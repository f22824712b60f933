package dev.deed.model.front;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import java.util.Set;

/**
 * Samples of a sound through three convolutions over time: tanh and a norm of all values together
 * behind the first, GELU behind the others (Moonshine, Jeffries et al. 2024, arXiv 2410.15608,
 * section 3.1). Nothing is padded.
 */
public record SampleFront() implements EncoderFront {
  public static final String FIRST = "encoder.convolution_first";
  public static final String NORM = "encoder.convolution_norm";
  public static final String SECOND = "encoder.convolution_second";
  public static final String THIRD = "encoder.convolution_third";

  /** Samples that one read of a minute has at 16 kHz: the estimate of positions of a sound. */
  private static final int USUAL_SAMPLES = 60 * 16_000;

  private static final float EPSILON = 1e-5f;

  /** A convolution over time. */
  private record Shape(String name, int kernel, int stride) {
    int outputs(int inputs) {
      return Math.floorDiv(inputs - kernel, stride) + 1;
    }
  }

  private static final Shape SAMPLES = new Shape(FIRST, 127, 64);
  private static final Shape FRAMES = new Shape(SECOND, 7, 3);
  private static final Shape PAIRS = new Shape(THIRD, 3, 2);

  /** Positions that a number of samples gives; below 1 for too few samples. */
  static int positions(int samples) {
    return PAIRS.outputs(FRAMES.outputs(SAMPLES.outputs(samples)));
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.SAMPLES);
  }

  @Override
  public int mediaPositions() {
    return positions(USUAL_SAMPLES);
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    int width = stack.width();
    parameters.convolution(FIRST, false, width, 1, SAMPLES.kernel);
    parameters.add(Names.weight(NORM), Role.NORM_WEIGHT, width);
    parameters.add(Names.bias(NORM), Role.NORM_BIAS, width);
    parameters.convolution(SECOND, true, 2 * width, width, FRAMES.kernel);
    parameters.convolution(THIRD, true, width, 2 * width, PAIRS.kernel);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    int width = stack.width();
    Convolution first = Convolution.read(source, SAMPLES, 1, false);
    float[] weight = source.weight(NORM);
    float[] bias = source.tensor(Names.bias(NORM)).toFloats();
    Convolution second = Convolution.read(source, FRAMES, width, true);
    Convolution third = Convolution.read(source, PAIRS, 2 * width, true);
    return (input, pool) -> {
      float[] samples = input.require(Part.SAMPLES, -1).numbers();
      InputException.require(
          positions(samples.length) >= 1,
          Part.SAMPLES.tensorName(),
          "has %d samples, too few for one position".formatted(samples.length),
          "give a longer sound");
      float[] moments = first.apply(samples, Activation.TANH, pool);
      normalise(moments, weight, bias);
      float[] frames = second.apply(moments, Activation.GELU, pool);
      return Embedded.of(third.apply(frames, Activation.GELU, pool), width);
    };
  }

  /** Weights with the channels of a moment side by side, so that a patch is one run of memory. */
  private record Convolution(Shape shape, int channels, Linear product) {
    static Convolution read(ParameterSource source, Shape shape, int channels, boolean bias) {
      Tensor weight = source.tensor(Names.weight(shape.name));
      int inputs = channels * shape.kernel;
      RowSource rows = FeatureMap.channelsLast(weight, channels, inputs);
      return new Convolution(
          shape,
          channels,
          new Linear(
              source.pack(rows, weight.shape().getFirst(), inputs), source.bias(shape.name, bias)));
    }

    /** [moments, channels] to fewer moments with channels of their own. */
    float[] apply(float[] moments, Activation activation, ThreadPool pool) {
      int count = shape.outputs(moments.length / channels);
      int inputs = shape.kernel * channels;
      int outputs = product.outputs();
      float[] patches = new float[Math.multiplyExact(count, inputs)];
      pool.share(
          count,
          Norm.leastRows(inputs),
          (first, end) -> {
            for (int i = first; i < end; i++) {
              System.arraycopy(moments, i * shape.stride * channels, patches, i * inputs, inputs);
            }
          });
      float[] values = product.apply(patches, count, pool);
      pool.share(
          count,
          Norm.leastRows(outputs),
          (first, end) ->
              KernelChoice.kernels()
                  .activate(activation, values, first * outputs, (end - first) * outputs));
      return values;
    }
  }

  /** Mean and variance of all values, a weight and a bias for each channel. */
  private static void normalise(float[] values, float[] weight, float[] bias) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    double variance = Math.max(0, squares / values.length - mean * mean);
    float centre = (float) mean;
    float factor = (float) (1 / Math.sqrt(variance + EPSILON));
    for (int i = 0; i < values.length; i++) {
      int channel = i % weight.length;
      values[i] = (values[i] - centre) * factor * weight[channel] + bias[channel];
    }
  }
}
