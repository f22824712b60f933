package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Self-attention without norm and residual: query, key and value projections in one product. */
public record SelfAttention(
    AttentionSpec spec,
    LayerKind.@Nullable Window window,
    Linear projections,
    @Nullable QueryKeyTransform transform,
    AttentionOutput output) {
  public static SelfAttention read(
      ParameterSource source,
      Names.Attention names,
      StackSpec stack,
      LayerKind kind,
      @Nullable Rotary rotary) {
    AttentionSpec spec = stack.attention();
    return new SelfAttention(
        spec,
        kind.window(),
        Linear.stacked(
            source,
            List.of(
                new Linear.Part(names.query(), spec.biases().query()),
                new Linear.Part(names.key(), spec.biases().key()),
                new Linear.Part(names.value(), spec.biases().value()))),
        QueryKeyTransform.read(source, names, stack, rotary),
        AttentionOutput.read(source, names, stack));
  }

  /** Queries, keys and values of x, side by side. */
  public float[] project(float[] x, int rows, Workspace workspace, ThreadPool pool) {
    float[] projected = projected(rows, workspace);
    projections.apply(x, rows, projected, pool);
    return projected;
  }

  /** Room for the queries, keys and values of rows. */
  float[] projected(int rows, Workspace workspace) {
    return workspace.get(Purpose.PROJECTED, Math.multiplyExact(rows, projections.outputs()));
  }

  /** An empty cache for one sequence of at most so many positions. */
  public KeyValueCache newCache(int positions, IntFunction<float[]> arrays) {
    return new KeyValueCache(spec.keyValueHeads(), spec.headWidth(), 0, positions, arrays);
  }

  /** Appends the keys and values of rows {@code first…first+rows−1} of a projection to a cache. */
  public void append(float[] projected, int first, int rows, KeyValueCache cache, ThreadPool pool) {
    int position = cache.extend(rows);
    pool.share(
        rows,
        Norm.leastRows(2 * spec.width()),
        (from, end) -> write(projected, first + from, end - from, cache, position + from));
  }

  /**
   * Writes the keys and values of rows {@code first…first+rows−1} of a projection to a cache; gives
   * them and the queries their positions, where these turn them.
   *
   * @param position the first of the positions that it was extended by
   */
  public void write(float[] projected, int first, int rows, KeyValueCache cache, int position) {
    int stride = projections.outputs();
    if (transform != null) {
      transform.apply(projected, first, rows, stride, position);
    }
    int keys = first * stride + spec.width();
    cache.write(
        position,
        new FloatRows(projected, keys, stride, rows),
        new FloatRows(projected, keys + spec.keyWidth(), stride, rows));
  }

  /**
   * Attention of the projected rows from {@code first} on over a cache.
   *
   * @param position of the first row
   * @param causal whether a row sees no position behind its own; else it sees all
   * @param attended receives them from row {@code to} on
   */
  public AttentionJob job(
      float[] projected,
      int first,
      int rows,
      KeyValueCache cache,
      int position,
      boolean causal,
      @Nullable AttentionBias bias,
      float[] attended,
      int to) {
    int width = spec.width();
    int stride = projections.outputs();
    return new AttentionJob(
        new FloatRows(projected, first * stride, stride, rows),
        spec.layout(),
        cache,
        causal ? position + 1 : cache.length(),
        causal ? 1 : 0,
        window == null ? null : window.from(position),
        null,
        bias,
        new FloatRows(attended, to * width, width, rows));
  }
}
