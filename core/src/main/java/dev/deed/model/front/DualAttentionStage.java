package dev.deed.model.front;

import dev.deed.files.Interruption;
import dev.deed.model.Block;
import dev.deed.model.EncoderLayer;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
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
    FeatureMap apply(FeatureMap grid, ThreadPool pool) {
      FeatureMap placed = position.apply(grid, pool);
      mixing.addTo(placed, pool);
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
  public FeatureMap apply(FeatureMap grid, ThreadPool pool) {
    if (normFirst) {
      norm.apply(grid.values(), grid.positions(), grid.values(), pool);
    }
    FeatureMap features = embedding.apply(grid, pool);
    if (!normFirst) {
      norm.apply(features.values(), features.positions(), features.values(), pool);
    }
    for (Step step : steps) {
      Interruption.check(EncoderLayer.HALF_ENCODED);
      features = step.apply(features, pool);
    }
    return features;
  }

  /**
   * A 3×3 convolution of each channel by itself, with a bias, added to what goes in: it tells
   * attention behind it where a vector stands (Chu et al. 2021, arXiv 2102.10882). Immutable.
   *
   * @param taps [3, 3, channels]
   * @param bias [channels]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record DepthwiseConvolution(float[] taps, float[] bias) {
    private static final int SIDE = 3;

    static void declare(ParameterList parameters, String name, int channels) {
      parameters.convolution(name, true, channels, 1, SIDE, SIDE);
    }

    static DepthwiseConvolution read(ParameterSource source, String name) {
      float[] stored = source.weight(name);
      float[] bias = source.tensor(Names.bias(name)).toFloats();
      float[] taps = new float[stored.length];
      for (int channel = 0; channel < bias.length; channel++) {
        for (int tap = 0; tap < SIDE * SIDE; tap++) {
          taps[tap * bias.length + channel] = stored[channel * SIDE * SIDE + tap];
        }
      }
      return new DepthwiseConvolution(taps, bias);
    }

    /** The grid plus its convolution. */
    FeatureMap apply(FeatureMap grid, ThreadPool pool) {
      float[] values = new float[grid.values().length];
      pool.share(
          grid.height(),
          1,
          (first, end) -> {
            for (int y = first; y < end; y++) {
              row(grid, y, values);
            }
          });
      return new FeatureMap(values, grid.height(), grid.width(), grid.channels());
    }

    /** One row of outputs, the taps in their order. */
    private void row(FeatureMap grid, int y, float[] values) {
      Kernels kernels = KernelChoice.kernels();
      float[] pixels = grid.values();
      int channels = grid.channels();
      int width = grid.width();
      int row = y * width * channels;
      System.arraycopy(pixels, row, values, row, width * channels);
      for (int x = 0; x < width; x++) {
        int to = row + x * channels;
        kernels.add(values, to, bias, 0, channels);
        for (int dy = Math.max(-1, -y); dy <= Math.min(1, grid.height() - 1 - y); dy++) {
          for (int dx = Math.max(-1, -x); dx <= Math.min(1, width - 1 - x); dx++) {
            int from = to + (dy * width + dx) * channels;
            int tap = ((dy + 1) * SIDE + dx + 1) * channels;
            kernels.addProducts(values, to, pixels, from, taps, tap, channels);
          }
        }
      }
    }
  }

  /**
   * Attention of the channels of a group to each other: a channel's query, key and value are its
   * values at all places (Ding et al. 2022, arXiv 2204.03645, section 3.3). Immutable.
   *
   * @param groups that the channels fall into
   */
  private record ChannelAttention(Norm norm, int groups, Linear projections, Linear output)
      implements GridMixing {
    /** Places that are turned over at a time. */
    private static final int TILE = 32;

    static ChannelAttention read(
        ParameterSource source, Names.Attention names, StackSpec stack, int groups) {
      return new ChannelAttention(
          Norm.read(source, names.norm(), stack.norm()),
          groups,
          Linear.read(source, names.fused(), stack.attention().biases().query()),
          Linear.read(source, names.output(), true));
    }

    @Override
    public void addTo(FeatureMap grid, ThreadPool pool) {
      int channels = grid.channels();
      int places = grid.positions();
      float[] normed = new float[grid.values().length];
      norm.apply(grid.values(), places, normed, pool);
      float[] projected = projections.apply(normed, places, pool);
      // What was normed is not needed any more.
      pool.run(groups, group -> attend(projected, places, channels, group, normed));
      float[] added = output.apply(normed, places, pool);
      Block.addRows(grid.values(), added, places, channels, pool);
    }

    /**
     * @param projected [places, 3 · channels]
     * @param attended receives the group's channels of [places, channels]
     */
    private void attend(float[] projected, int places, int channels, int group, float[] attended) {
      int width = channels / groups;
      int first = group * width;
      int size = Math.multiplyExact(width, places);
      float[] queries = new float[size];
      float[] keys = new float[size];
      float[] values = new float[size];
      turn(projected, 3 * channels, first, places, width, queries);
      turn(projected, 3 * channels, channels + first, places, width, keys);
      turn(projected, 3 * channels, 2 * channels + first, places, width, values);
      KeyValueCache cache = new KeyValueCache(1, places, width);
      cache.write(
          cache.extend(width),
          FloatRows.of(keys, places, width),
          FloatRows.of(values, places, width));
      FloatRows out = FloatRows.of(keys, places, width);
      KernelChoice.attention()
          .attend(
              new AttentionJob(
                  FloatRows.of(queries, places, width),
                  (float) StrictMath.pow(places, -0.5),
                  cache,
                  width,
                  0,
                  null,
                  out),
              ThreadPool.ALONE);
      for (int place = 0; place < places; place += TILE) {
        int end = Math.min(places, place + TILE);
        for (int channel = 0; channel < width; channel++) {
          for (int p = place; p < end; p++) {
            attended[p * channels + first + channel] = keys[channel * places + p];
          }
        }
      }
    }

    /** Some channels of rows, one behind the other: [channels, places]. */
    private static void turn(
        float[] rows, int stride, int first, int places, int channels, float[] target) {
      for (int place = 0; place < places; place += TILE) {
        int end = Math.min(places, place + TILE);
        for (int channel = 0; channel < channels; channel++) {
          for (int p = place; p < end; p++) {
            target[channel * places + p] = rows[p * stride + first + channel];
          }
        }
      }
    }
  }
}
