package dev.deed.model.front.grid;

import dev.deed.files.Interruption;
import dev.deed.model.EncoderLayer;
import dev.deed.model.Norm;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;

/**
 * One stage of DaViT (Ding et al. 2022, arXiv 2204.03645): a convolution that makes a smaller grid,
 * then blocks of attention within windows and attention of channels to each other, each with a
 * feed-forward network, and a convolution of each channel before all four. Immutable.
 *
 * @param norm of what goes into the convolution, or comes out of it
 */
public record DualAttentionStage(
    Convolution embedding, Norm norm, boolean normFirst, List<Step> steps) {
  public DualAttentionStage {
    steps = List.copyOf(steps);
  }

  /**
   * What a stage is.
   *
   * @param blocks its blocks: width, heads, feed-forward network, norm
   * @param groups of channels that attend to each other
   * @param embedding the convolution before them
   * @param normFirst whether the norm stands before the convolution
   * @param window edge of a window in cells
   */
  public record Spec(
      StackSpec blocks, int groups, ConvolutionShape embedding, boolean normFirst, int window) {
    /** Channels that come out. */
    public int width() {
      return blocks.width();
    }

    private boolean projectionBias() {
      return blocks.attention().biases().query();
    }
  }

  /** A convolution of each channel, and what follows it. */
  private record Step(DepthwiseConvolution position, GridMixing mixing) {
    FeatureMap apply(FeatureMap grid, WorkerTeam team) {
      FeatureMap placed = position.apply(grid, team);
      mixing.addTo(placed, team);
      return placed;
    }
  }

  /** The two halves of a block, as tables of names write those of all blocks. */
  public record Half(String name) {
    public static Half windows(String stage) {
      return new Half(Names.eachOf(blocks(stage)) + ".windows");
    }

    public static Half channels(String stage) {
      return new Half(Names.eachOf(blocks(stage)) + ".channels");
    }

    /** The convolution before attention. */
    public String attentionPosition() {
      return name + ".attention_position";
    }

    public String attentionNorm() {
      return name + ".attention_norm";
    }

    /** Queries, keys and values in one matrix. */
    public String projection() {
      return FusedAttention.projectionName(attention());
    }

    public String output() {
      return FusedAttention.outputName(attention());
    }

    private String attention() {
      return name + ".attention";
    }

    /** The convolution before the feed-forward network. */
    public String forwardPosition() {
      return name + ".forward_position";
    }

    public Names.FeedForward forward() {
      return new Names.FeedForward(name + ".forward");
    }
  }

  private static String blocks(String stage) {
    return stage + ".blocks";
  }

  private static List<Half> halves(String stage, int blocks) {
    List<Half> halves = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      String name = Names.numbered(blocks(stage), block);
      halves.add(new Half(name + ".windows"));
      halves.add(new Half(name + ".channels"));
    }
    return halves;
  }

  public static String embeddingName(String stage) {
    return stage + ".embedding";
  }

  public static String normName(String stage) {
    return stage + ".embedding_norm";
  }

  /**
   * Adds the parameters that {@link #read} reads.
   *
   * @param inputs channels that go in
   */
  public static void declare(ParameterList parameters, String name, int inputs, Spec spec) {
    Convolution.declarePlain(parameters, embeddingName(name), inputs, spec.embedding, true);
    StackSpec blocks = spec.blocks;
    parameters.norm(normName(name), blocks.norm(), spec.normFirst ? inputs : spec.width());
    for (Half half : halves(name, blocks.layers())) {
      DepthwiseConvolution.declare(parameters, half.attentionPosition(), spec.width());
      parameters.norm(half.attentionNorm(), blocks.norm(), spec.width());
      FusedAttention.declare(parameters, half.attention(), spec.width(), spec.projectionBias());
      DepthwiseConvolution.declare(parameters, half.forwardPosition(), spec.width());
      parameters.feedForward(half.forward(), blocks);
    }
  }

  public static DualAttentionStage read(
      ParameterSource source, String name, int inputs, Spec spec) {
    StackSpec blocks = spec.blocks;
    List<Step> steps = new ArrayList<>();
    List<Half> halves = halves(name, blocks.layers());
    for (int i = 0; i < halves.size(); i++) {
      Half half = halves.get(i);
      Norm norm = Norm.read(source, half.attentionNorm(), blocks.norm());
      GridMixing mixing =
          i % 2 == 0
              ? new WindowAttention(
                  norm,
                  FusedAttention.read(
                      source,
                      half.attention(),
                      blocks.attention().heads(),
                      spec.projectionBias(),
                      null),
                  spec.window)
              : ChannelAttention.read(
                  source, half.attention(), norm, spec.groups, spec.projectionBias());
      steps.add(new Step(DepthwiseConvolution.read(source, half.attentionPosition()), mixing));
      steps.add(
          new Step(
              DepthwiseConvolution.read(source, half.forwardPosition()),
              GridForward.read(source, half.forward(), blocks)));
    }
    return new DualAttentionStage(
        Convolution.readPlain(source, embeddingName(name), inputs, spec.embedding, true),
        Norm.read(source, normName(name), blocks.norm()),
        spec.normFirst,
        steps);
  }

  /** The next grid; what goes in may be changed. */
  public FeatureMap apply(FeatureMap grid, WorkerTeam team) {
    if (normFirst) {
      norm.apply(grid.values(), grid.positions(), grid.values(), team);
    }
    FeatureMap features = embedding.apply(grid, team);
    if (!normFirst) {
      norm.apply(features.values(), features.positions(), features.values(), team);
    }
    for (Step step : steps) {
      Interruption.check(EncoderLayer.HALF_ENCODED);
      features = step.apply(features, team);
    }
    return features;
  }
}
