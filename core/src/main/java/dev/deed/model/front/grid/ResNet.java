package dev.deed.model.front.grid;

import dev.deed.model.spec.EncoderFront.ConvolutionalStem.Stage;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Activation;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The weights of a residual network. Immutable and safe for use from many threads. */
public record ResNet(Convolution stem, List<Bottleneck> bottlenecks) {
  public ResNet {
    bottlenecks = List.copyOf(bottlenecks);
  }

  /**
   * Three convolutions around a residual connection, which is projected where the shape changes.
   */
  record Bottleneck(
      Convolution reduce, Convolution spatial, Convolution expand, @Nullable Convolution shortcut) {
    FeatureMap apply(FeatureMap input, WorkerTeam team) {
      FeatureMap inner = spatial.apply(reduce.apply(input, team), team);
      return expand.apply(inner, shortcut == null ? input : shortcut.apply(input, team), team);
    }
  }

  public static ResNet read(ParameterSource source, String name, ResNetSpec spec) {
    Reader reader = new Reader(source, spec.epsilon());
    List<Bottleneck> bottlenecks = new ArrayList<>();
    for (int stage = 0; stage < spec.stages().size(); stage++) {
      for (int block = 0; block < spec.stages().get(stage).blocks(); block++) {
        bottlenecks.add(reader.bottleneck(blockName(name, stage, block), spec, stage, block));
      }
    }
    return new ResNet(
        reader.convolution(name + ".stem", ResNetSpec.COLOURS, spec.stem(), 7, 2, Activation.RELU),
        bottlenecks);
  }

  /** Canonical name of a bottleneck. */
  public static String blockName(String name, int stage, int block) {
    return name + ".stage" + stage + "." + block;
  }

  private record Reader(ParameterSource source, float epsilon) {
    Bottleneck bottleneck(String name, ResNetSpec spec, int stage, int block) {
      int inputs = spec.inputs(stage, block);
      int planes = spec.stages().get(stage).planes();
      int outputs = spec.stages().get(stage).channels();
      int stride = block == 0 ? spec.stride(stage) : 1;
      return new Bottleneck(
          convolution(name + ".reduce", inputs, planes, 1, 1, Activation.RELU),
          convolution(name + ".spatial", planes, planes, 3, stride, Activation.RELU),
          convolution(name + ".expand", planes, outputs, 1, 1, Activation.RELU),
          spec.projects(stage, block)
              ? convolution(name + ".shortcut", inputs, outputs, 1, stride, Activation.IDENTITY)
              : null);
    }

    Convolution convolution(
        String name, int inputs, int outputs, int kernel, int stride, Activation activation) {
      Stage shape = new Stage(outputs, kernel, kernel, stride, stride);
      return Convolution.read(source, name, inputs, shape, epsilon, activation);
    }
  }

  public FeatureMap apply(FeatureMap picture, WorkerTeam team) {
    FeatureMap features = maxPool(stem.apply(picture, team), team);
    for (Bottleneck bottleneck : bottlenecks) {
      features = bottleneck.apply(features, team);
    }
    return features;
  }

  /** The largest of 3×3 pixels, of every second row and column. */
  private static FeatureMap maxPool(FeatureMap from, WorkerTeam team) {
    int height = (from.height() + 1) / 2;
    int width = (from.width() + 1) / 2;
    int channels = from.channels();
    float[] values = new float[Math.multiplyExact(height, width * channels)];
    Arrays.fill(values, Float.NEGATIVE_INFINITY);
    team.run(
        height,
        y -> {
          for (int row = Math.max(0, 2 * y - 1); row <= 2 * y + 1 && row < from.height(); row++) {
            for (int x = 0; x < width; x++) {
              int left = Math.max(0, 2 * x - 1);
              for (int column = left; column <= 2 * x + 1 && column < from.width(); column++) {
                raise(
                    values,
                    (y * width + x) * channels,
                    from.values(),
                    (row * from.width() + column) * channels,
                    channels);
              }
            }
          }
        });
    return new FeatureMap(values, height, width, channels);
  }

  /** a = max(a, b). */
  private static void raise(float[] a, int aOffset, float[] b, int bOffset, int n) {
    for (int i = 0; i < n; i++) {
      a[aOffset + i] = Math.max(a[aOffset + i], b[bOffset + i]);
    }
  }
}
