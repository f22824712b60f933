package dev.deed.model.front;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Activation;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of convolutions, each around a residual connection, each convolution followed by batch
 * norm. Immutable and safe for use from many threads.
 */
public record ResidualStage(List<Block> blocks) {
  /** End of the name of the projection of a block's residual. */
  public static final String SHORTCUT = ".shortcut";

  public ResidualStage {
    blocks = List.copyOf(blocks);
  }

  /** What the blocks of a stage are made of. */
  public enum Kind {
    /** Two convolutions of 3×3. */
    BASIC(1, List.of(".first", ".second")),
    /** Convolutions of 1×1, 3×3 and 1×1; four times as many channels come out as are inside. */
    BOTTLENECK(4, List.of(".reduce", ".spatial", ".expand"));

    private final int expansion;
    private final List<String> convolutions;

    Kind(int expansion, List<String> convolutions) {
      this.expansion = expansion;
      this.convolutions = convolutions;
    }

    /** Ends of the names of a block's convolutions, in their order. */
    public List<String> convolutions() {
      return convolutions;
    }

    /** The first convolution of 3×3 has the block's stride. */
    private int kernel(int convolution) {
      return this == BASIC || convolution == 1 ? 3 : 1;
    }

    private int strided() {
      return this == BASIC ? 0 : 1;
    }
  }

  /**
   * The shape of a stage.
   *
   * @param inputs channels that go in
   * @param planes channels inside of a block
   * @param blocks at least one
   * @param stride of the first block
   * @param projected whether the first block's residual goes through a convolution of 1×1
   */
  public record Spec(Kind kind, int inputs, int planes, int blocks, int stride, boolean projected) {
    /** Channels that come out. */
    public int channels() {
      return kind.expansion * planes;
    }
  }

  /** Convolutions around a residual connection, projected where the shape changes. */
  record Block(List<Convolution> path, @Nullable Convolution shortcut) {
    FeatureMap apply(FeatureMap input, ThreadPool pool) {
      FeatureMap inner = input;
      for (Convolution convolution : path.subList(0, path.size() - 1)) {
        inner = convolution.apply(inner, pool);
      }
      return path.getLast()
          .apply(inner, shortcut == null ? input : shortcut.apply(input, pool), pool);
    }
  }

  /** A convolution and what reads it. */
  private record Layer(
      Names.Convolution names, int inputs, ConvolutionShape shape, Activation activation) {
    Convolution read(ParameterSource source, float epsilon) {
      return Convolution.read(source, names, inputs, shape, epsilon, activation);
    }
  }

  /** The convolutions of a block in their order, then a shortcut. */
  private static List<Layer> layers(String stage, Spec spec, int block) {
    String name = Names.numbered(stage, block);
    int entering = block == 0 ? spec.inputs : spec.channels();
    int stride = block == 0 ? spec.stride : 1;
    List<String> convolutions = spec.kind.convolutions;
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < convolutions.size(); i++) {
      layers.add(
          new Layer(
              new Names.Convolution(name + convolutions.get(i)),
              i == 0 ? entering : spec.planes,
              ConvolutionShape.square(
                  i < convolutions.size() - 1 ? spec.planes : spec.channels(),
                  spec.kind.kernel(i),
                  i == spec.kind.strided() ? stride : 1),
              Activation.RELU));
    }
    if (block == 0 && spec.projected) {
      layers.add(
          new Layer(
              new Names.Convolution(name + SHORTCUT),
              entering,
              ConvolutionShape.square(spec.channels(), 1, stride),
              Activation.IDENTITY));
    }
    return layers;
  }

  /**
   * @param name of the stage, whose blocks are numbered from 0
   */
  public static void declare(ParameterList parameters, String name, Spec spec) {
    for (int block = 0; block < spec.blocks; block++) {
      for (Layer layer : layers(name, spec, block)) {
        Convolution.declare(parameters, layer.names, layer.inputs, layer.shape);
      }
    }
  }

  public static ResidualStage read(ParameterSource source, String name, Spec spec, float epsilon) {
    List<Block> blocks = new ArrayList<>();
    for (int block = 0; block < spec.blocks; block++) {
      List<Convolution> all =
          layers(name, spec, block).stream().map(layer -> layer.read(source, epsilon)).toList();
      int path = spec.kind.convolutions.size();
      blocks.add(new Block(all.subList(0, path), all.size() > path ? all.getLast() : null));
    }
    return new ResidualStage(blocks);
  }

  public FeatureMap apply(FeatureMap input, ThreadPool pool) {
    FeatureMap features = input;
    for (Block block : blocks) {
      features = block.apply(features, pool);
    }
    return features;
  }
}
