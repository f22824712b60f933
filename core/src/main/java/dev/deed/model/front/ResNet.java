package dev.deed.model.front;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Activation;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of a residual network. Immutable and safe for use from many threads. */
public record ResNet(Convolution stem, List<ResidualStage> stages) {
  public ResNet {
    stages = List.copyOf(stages);
  }

  /** Name of the first convolution of a network. */
  public static String stemName(String network) {
    return network + ".stem";
  }

  /** Name of a stage, counted from 0. */
  public static String stageName(String network, int stage) {
    return network + ".stage" + stage;
  }

  private static ConvolutionShape stem(ResNetSpec spec) {
    return ConvolutionShape.square(spec.stem(), 7, 2);
  }

  public static void declare(ParameterList parameters, String name, ResNetSpec spec) {
    Names.Convolution stem = new Names.Convolution(stemName(name));
    Convolution.declare(parameters, stem, ResNetSpec.COLOURS, stem(spec));
    for (int i = 0; i < spec.stages().size(); i++) {
      ResidualStage.declare(parameters, stageName(name, i), spec.stage(i));
    }
  }

  public static ResNet read(ParameterSource source, String name, ResNetSpec spec) {
    List<ResidualStage> stages = new ArrayList<>();
    for (int i = 0; i < spec.stages().size(); i++) {
      stages.add(ResidualStage.read(source, stageName(name, i), spec.stage(i), spec.epsilon()));
    }
    Names.Convolution stem = new Names.Convolution(stemName(name));
    return new ResNet(
        Convolution.read(
            source, stem, ResNetSpec.COLOURS, stem(spec), spec.epsilon(), Activation.RELU),
        stages);
  }

  public FeatureMap apply(FeatureMap picture, ThreadPool pool) {
    FeatureMap features = maxPool(stem.apply(picture, pool), pool);
    for (ResidualStage stage : stages) {
      features = stage.apply(features, pool);
    }
    return features;
  }

  /** The largest of 3×3 pixels, of every second row and column. */
  private static FeatureMap maxPool(FeatureMap from, ThreadPool pool) {
    int height = (from.height() + 1) / 2;
    int width = (from.width() + 1) / 2;
    int channels = from.channels();
    float[] values = new float[Math.multiplyExact(height, width * channels)];
    Arrays.fill(values, Float.NEGATIVE_INFINITY);
    pool.run(
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
