package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.WorkerTeam;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Cross-attention without norm and residual. Keys and values of an encoder output are projected
 * once.
 */
record CrossAttention(AttentionSpec spec, Linear query, Linear keysValues, AttentionOutput output) {
  static CrossAttention read(ParameterSource source, Names.Attention names, StackSpec stack) {
    AttentionSpec spec = stack.attention();
    return new CrossAttention(
        spec,
        Linear.read(source, names.query(), spec.biases().query()),
        Linear.stacked(
            source.ofWholeSources(),
            List.of(
                new Linear.Part(names.key(), spec.biases().key()),
                new Linear.Part(names.value(), spec.biases().value()))),
        AttentionOutput.read(source, names, stack));
  }

  /** Keys and values of an encoder output. */
  KeyValueCache project(
      EncoderOutput encoded, Workspace workspace, IntFunction<float[]> arrays, WorkerTeam team) {
    int width = spec.width();
    int positions = encoded.visible();
    float[] projected =
        workspace.get(Purpose.KEYS_VALUES, Math.multiplyExact(positions, 2 * width));
    keysValues.apply(encoded.hidden(), positions, projected, team);
    KeyValueCache cache =
        new KeyValueCache(spec.heads(), spec.headWidth(), positions, positions, arrays);
    cache.extend(positions);
    team.share(
        positions,
        Norm.leastRows(2 * width),
        (from, end) -> {
          int keys = from * 2 * width;
          cache.write(
              from,
              new FloatRows(projected, keys, 2 * width, end - from),
              new FloatRows(projected, keys + width, 2 * width, end - from));
        });
    return cache;
  }

  /** Queries [rows, width] of x. */
  float[] queries(float[] x, int rows, Workspace workspace, WorkerTeam team) {
    float[] queries = workspace.get(Purpose.PROJECTED, rows * spec.width());
    query.apply(x, rows, queries, team);
    return queries;
  }

  /** Attention of rows from {@code first} on over a whole encoder output. */
  AttentionJob job(
      float[] queries,
      int first,
      int rows,
      KeyValueCache cache,
      @Nullable AttentionBias bias,
      float[] attended) {
    int width = spec.width();
    return new AttentionJob(
        new FloatRows(queries, first * width, width, rows),
        spec.scale(),
        cache,
        cache.length(),
        0,
        bias,
        new FloatRows(attended, first * width, width, rows));
  }
}
