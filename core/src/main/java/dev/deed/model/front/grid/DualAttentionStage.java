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
  }

  /** A convolution of each channel, and what follows it. */
  private record Step(DepthwiseConvolution position, GridMixing mixing) {
    FeatureMap apply(FeatureMap grid, WorkerTeam team) {
      FeatureMap placed = position.apply(grid, team);
      mixing.addTo(placed, team);
      return placed;
    }
  }

  /** The half of a block that attends within windows. */
  public static Names.Layer windows(Names.Layer block) {
    return new Names.Layer(block.name() + ".windows");
  }

  /** The half of a block in which channels attend to each other. */
  public static Names.Layer channels(Names.Layer block) {
    return new Names.Layer(block.name() + ".channels");
  }

  /** The convolution of each channel before an attention or a feed-forward network. */
  public static String position(String name) {
    return name + "_position";
  }

  /**
   * Adds the parameters that {@link #read} reads.
   *
   * @param inputs channels that go in
   */
  public static void declare(ParameterList parameters, Names.Stack names, int inputs, Spec spec) {
    Convolution.declarePlain(parameters, names.embedding(), inputs, spec.embedding, true);
    StackSpec blocks = spec.blocks;
    parameters.norm(names.embeddingNorm(), blocks.norm(), spec.normFirst ? inputs : spec.width());
    for (int i = 0; i < blocks.layers(); i++) {
      Names.Layer block = names.layer(i);
      for (Names.Layer half : List.of(windows(block), channels(block))) {
        DepthwiseConvolution.declare(parameters, position(half.self().name()), spec.width());
        WindowAttention.declare(parameters, half.self(), blocks);
        DepthwiseConvolution.declare(parameters, position(half.feedForward().name()), spec.width());
        parameters.feedForward(half.feedForward(), blocks);
      }
    }
  }

  public static DualAttentionStage read(
      ParameterSource source, Names.Stack names, int inputs, Spec spec) {
    StackSpec blocks = spec.blocks;
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < blocks.layers(); i++) {
      Names.Layer windows = windows(names.layer(i));
      GridMixing within = WindowAttention.read(source, windows.self(), blocks, null, spec.window);
      steps.addAll(half(source, windows, blocks, within));
      Names.Layer channels = channels(names.layer(i));
      GridMixing across = ChannelAttention.read(source, channels.self(), blocks, spec.groups);
      steps.addAll(half(source, channels, blocks, across));
    }
    return new DualAttentionStage(
        Convolution.readPlain(source, names.embedding(), inputs, spec.embedding, true),
        Norm.read(source, names.embeddingNorm(), blocks.norm()),
        spec.normFirst,
        steps);
  }

  private static List<Step> half(
      ParameterSource source, Names.Layer names, StackSpec blocks, GridMixing attention) {
    return List.of(
        new Step(DepthwiseConvolution.read(source, position(names.self().name())), attention),
        new Step(
            DepthwiseConvolution.read(source, position(names.feedForward().name())),
            GridForward.read(source, names.feedForward(), blocks)));
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
