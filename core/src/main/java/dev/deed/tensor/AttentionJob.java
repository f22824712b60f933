package dev.deed.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A block of query rows that attends over one {@link KeyValueCache}; see {@link Attention}. Its
 * heads are the cache's; head h occupies {@code headWidth} values from {@code h · headWidth} on in
 * queries, keys, values and output.
 *
 * @param q queries [rows, heads · headWidth]
 * @param firstLength positions that row 0 sees: 0…firstLength−1
 * @param lengthStep row r sees {@code firstLength + r · lengthStep} positions: 0 when all see the
 *     same (encoder, cross-attention), 1 in a causal block
 * @param bias added to the scaled scores, or null
 * @param out receives [rows, heads · headWidth]; 0 for a row that sees no position
 */
public record AttentionJob(
    FloatRows q,
    float scale,
    KeyValueCache cache,
    int firstLength,
    int lengthStep,
    @Nullable AttentionBias bias,
    FloatRows out) {

  public int rows() {
    return q.count();
  }

  int heads() {
    return cache.heads();
  }

  public int headWidth() {
    return cache.headWidth();
  }

  public int length(int row) {
    return firstLength + row * lengthStep;
  }

  /** Index of the first bias value of a row and head. */
  public int biasIndex(AttentionBias source, int row, int head) {
    return source.offset() + row * source.rowStep() + head * source.headStride();
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
    q.checkBounds(cache.width());
    out.checkBounds(cache.width());
  }
}
