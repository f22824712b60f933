package dev.deed.model.front.grid;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Activation;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The weights of a residual network. Immutable and safe for use from many threads. */
public record ResNet(Convolution stem, List<Bottleneck> bottlenecks) {
  /** Ends of the names of a bottleneck's convolutions: 1×1, 3×3, 1×1. */
  public static final List<String> CONVOLUTIONS = List.of(".reduce", ".spatial", ".expand");

  /** End of the name of the projection of its residual. */
  public static final String SHORTCUT = ".shortcut";

  /** Name of the first convolution of a network. */
  public static String stemName(String network) {
    return network + ".stem";
  }

  /** Name of the bottlenecks of a stage, which are numbered from 0. */
  public static String stageName(String network, int stage) {
    return network + ".stage" + stage;
  }

  public ResNet {
    bottlenecks = List.copyOf(bottlenecks);
  }

  /** Three convolutions around a residual connection, projected where the shape changes. */
  record Bottleneck(
      Convolution reduce, Convolution spatial, Convolution expand, @Nullable Convolution shortcut) {
    FeatureMap apply(FeatureMap input, WorkerTeam team) {
      FeatureMap inner = spatial.apply(reduce.apply(input, team), team);
      return expand.apply(inner, shortcut == null ? input : shortcut.apply(input, team), team);
    }
  }

  /** A convolution of the network and what reads it. */
  private record Layer(
      Names.Convolution names, int inputs, ConvolutionShape shape, Activation activation) {
    Layer(String name, int inputs, ConvolutionShape shape) {
      this(new Names.Convolution(name), inputs, shape, Activation.RELU);
    }

    Convolution read(ParameterSource source, float epsilon) {
      return Convolution.read(source, names, inputs, shape, epsilon, activation);
    }
  }

  private static Layer stem(String name, ResNetSpec spec) {
    return new Layer(
        stemName(name), ResNetSpec.COLOURS, ConvolutionShape.square(spec.stem(), 7, 2));
  }

  /** The convolutions of a bottleneck in the order of {@link #CONVOLUTIONS}, then a shortcut. */
  private static List<Layer> bottleneck(String network, ResNetSpec spec, int stage, int block) {
    String name = Names.numbered(stageName(network, stage), block);
    int inputs = spec.inputs(stage, block);
    int planes = spec.stages().get(stage).planes();
    int outputs = spec.stages().get(stage).channels();
    int stride = block == 0 ? spec.stride(stage) : 1;
    List<Layer> layers = new ArrayList<>();
    layers.add(
        new Layer(name + CONVOLUTIONS.get(0), inputs, ConvolutionShape.square(planes, 1, 1)));
    layers.add(
        new Layer(name + CONVOLUTIONS.get(1), planes, ConvolutionShape.square(planes, 3, stride)));
    layers.add(
        new Layer(name + CONVOLUTIONS.get(2), planes, ConvolutionShape.square(outputs, 1, 1)));
    if (spec.projects(stage, block)) {
      layers.add(
          new Layer(
              new Names.Convolution(name + SHORTCUT),
              inputs,
              ConvolutionShape.square(outputs, 1, stride),
              Activation.IDENTITY));
    }
    return layers;
  }

  private static List<List<Layer>> bottlenecks(String name, ResNetSpec spec) {
    List<List<Layer>> all = new ArrayList<>();
    for (int stage = 0; stage < spec.stages().size(); stage++) {
      for (int block = 0; block < spec.stages().get(stage).blocks(); block++) {
        all.add(bottleneck(name, spec, stage, block));
      }
    }
    return all;
  }

  public static void declare(ParameterList parameters, String name, ResNetSpec spec) {
    List<Layer> layers = new ArrayList<>(List.of(stem(name, spec)));
    bottlenecks(name, spec).forEach(layers::addAll);
    for (Layer layer : layers) {
      Convolution.declare(parameters, layer.names, layer.inputs, layer.shape);
    }
  }

  public static ResNet read(ParameterSource source, String name, ResNetSpec spec) {
    float epsilon = spec.epsilon();
    List<Bottleneck> bottlenecks = new ArrayList<>();
    for (List<Layer> layers : bottlenecks(name, spec)) {
      bottlenecks.add(
          new Bottleneck(
              layers.get(0).read(source, epsilon),
              layers.get(1).read(source, epsilon),
              layers.get(2).read(source, epsilon),
              layers.size() > 3 ? layers.get(3).read(source, epsilon) : null));
    }
    return new ResNet(stem(name, spec).read(source, epsilon), bottlenecks);
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
