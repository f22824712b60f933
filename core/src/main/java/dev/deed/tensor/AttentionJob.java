package dev.deed.tensor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The arguments of {@link Attention#attend}, which documents them. */
record AttentionJob(
    float[] q,
    int qOffset,
    int qStride,
    int rows,
    int heads,
    int headWidth,
    float scale,
    KeyValueCache cache,
    int firstLength,
    int lengthStep,
    @Nullable AttentionBias bias,
    float[] out,
    int outOffset,
    int outStride) {

  /** Positions that a row sees. */
  int length(int row) {
    return firstLength + row * lengthStep;
  }

  /** Index of the first bias value of a row and head. */
  int biasIndex(AttentionBias source, int row, int head) {
    return source.offset() + row * source.rowStep() + head * source.headStride();
  }

  void check() {
    int width = heads * headWidth;
    if (heads < 1 || headWidth < 1 || width != cache.width()) {
      throw new IllegalArgumentException(
          "%d heads of width %d do not fill a cache of width %d"
              .formatted(heads, headWidth, cache.width()));
    }
    long lastLength = firstLength + (rows - 1L) * lengthStep;
    if (Math.min(firstLength, lastLength) < 0
        || Math.max(firstLength, lastLength) > cache.length()) {
      throw new IllegalArgumentException(
          "rows see %d to %d positions of a cache of %d"
              .formatted(firstLength, lastLength, cache.length()));
    }
    Objects.checkFromIndexSize(qOffset, (rows - 1L) * qStride + width, (long) q.length);
    Objects.checkFromIndexSize(outOffset, (rows - 1L) * outStride + width, (long) out.length);
  }
}
