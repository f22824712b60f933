package dev.deed.model.front.grid;

import dev.deed.model.Block;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;

/**
 * Attention of the channels of a group to each other: a channel's query, key and value are its
 * values at all places (Ding et al. 2022, arXiv 2204.03645, section 3.3). Immutable.
 *
 * @param groups that the channels fall into
 */
record ChannelAttention(Norm norm, int groups, Linear projections, Linear output)
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
  public void addTo(FeatureMap grid, WorkerTeam team) {
    int channels = grid.channels();
    int places = grid.positions();
    float[] normed = new float[grid.values().length];
    norm.apply(grid.values(), places, normed, team);
    float[] projected = projections.apply(normed, places, team);
    // What was normed is not needed any more.
    team.run(groups, group -> attend(projected, places, channels, group, normed));
    float[] added = output.apply(normed, places, team);
    Block.addRows(grid.values(), added, places, channels, team);
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
            WorkerTeam.ALONE);
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
