package dev.deed.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A block of query rows that attends over one {@link KeyValueCache}, or over two in one softmax;
 * see {@link Attention}. Head h of the queries reads key/value head {@code h / group}.
 *
 * @param q queries [rows, heads · headWidth]
 * @param layout of the heads
 * @param firstLength positions that row 0 sees: 0…firstLength−1
 * @param lengthStep row r sees {@code firstLength + r · lengthStep} positions: 0 when all see the
 *     same (encoder, cross-attention), 1 in a causal block
 * @param window of those positions that a row does see; null for all
 * @param beside a cache that every row sees wholly, whatever the window; null for none
 * @param bias added to the scaled scores of {@code cache}, or null
 * @param out receives [rows, heads · headWidth]; 0 for a row that sees no position
 */
public record AttentionJob(
    FloatRows q,
    AttentionHeads layout,
    KeyValueCache cache,
    int firstLength,
    int lengthStep,
    @Nullable AttentionWindow window,
    @Nullable KeyValueCache beside,
    @Nullable AttentionBias bias,
    FloatRows out) {
  /** Heads that have keys and values of their own, over one cache without window. */
  public AttentionJob(
      FloatRows q,
      float scale,
      KeyValueCache cache,
      int firstLength,
      int lengthStep,
      @Nullable AttentionBias bias,
      FloatRows out) {
    this(
        q,
        new AttentionHeads(1, cache.headWidth(), scale, 0),
        cache,
        firstLength,
        lengthStep,
        null,
        null,
        bias,
        out);
  }

  /** The same over a second cache too. */
  public AttentionJob with(KeyValueCache besides) {
    return new AttentionJob(q, layout, cache, firstLength, lengthStep, window, besides, bias, out);
  }

  public int rows() {
    return q.count();
  }

  /** Heads of the queries. */
  int heads() {
    return cache.heads() * layout.group();
  }

  public int headWidth() {
    return cache.headWidth();
  }

  public float scale() {
    return layout.scale();
  }

  /** The first position of the cache that a row sees. */
  public int first(int row) {
    return window == null ? 0 : Math.min(window.first(row), length(row));
  }

  /** Behind the last position of the cache that a row sees. */
  public int length(int row) {
    int length = firstLength + row * lengthStep;
    return window == null ? length : Math.min(length, window.end(row));
  }

  /**
   * One row whose heads share keys and values, as a row of one head for each of them: kernels read
   * keys and values once for all rows of a tile. Other jobs as they are.
   */
  AttentionJob folded() {
    int group = layout.group();
    if (rows() != 1 || group == 1) {
      return this;
    }
    int stride = layout.stride();
    return new AttentionJob(
        new FloatRows(q.values(), q.offset(), stride, group),
        new AttentionHeads(1, group * stride, layout.scale(), layout.cap()),
        cache,
        firstLength,
        0,
        window == null
            ? null
            : new AttentionWindow(window.position(), 0, window.before(), window.after()),
        beside,
        bias == null
            ? null
            : new AttentionBias(
                bias.data(), bias.offset(), bias.headStride(), group * bias.headStride()),
        new FloatRows(out.values(), out.offset(), stride, group));
  }

  void check() {
    if (q.count() != out.count()) {
      throw new IllegalArgumentException(
          "%d rows of queries give no %d outputs".formatted(q.count(), out.count()));
    }
    long lastLength = firstLength + (rows() - 1L) * lengthStep;
    if (Math.min(firstLength, lastLength) < 0
        || Math.max(firstLength, lastLength) > cache.length()) {
      throw new IllegalArgumentException(
          "rows see %d to %d positions of a cache of %d"
              .formatted(firstLength, lastLength, cache.length()));
    }
    if (beside != null
        && (beside.heads() != cache.heads() || beside.headWidth() != cache.headWidth())) {
      throw new IllegalArgumentException(
          "two caches of %d and %d values a position have no softmax in common"
              .formatted(cache.width(), beside.width()));
    }
    int width = Math.multiplyExact(heads(), headWidth());
    q.checkBounds(width);
    out.checkBounds(width);
  }
}
