package dev.deed.model;

import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of queries and keys between their projection and attention: a norm of each head, and
 * rotary positions. The bits of a row depend on the row and its position alone.
 */
public record QueryKeyTransform(
    AttentionSpec spec, @Nullable Norm queryNorm, @Nullable Norm keyNorm, @Nullable Rotary rotary) {
  /** That of a layer; null where queries and keys stay as they are projected. */
  static @Nullable QueryKeyTransform read(
      ParameterSource source, Names.Attention names, StackSpec stack, @Nullable Rotary rotary) {
    AttentionSpec spec = stack.attention();
    if (!spec.headNorms() && rotary == null) {
      return null;
    }
    return new QueryKeyTransform(
        spec,
        spec.headNorms() ? Norm.read(source, names.queryNorm(), stack.norm()) : null,
        keyNorm(source, names, stack),
        rotary);
  }

  /** The norm of keys alone; null for none. */
  static @Nullable Norm keyNorm(ParameterSource source, Names.Attention names, StackSpec stack) {
    return stack.attention().headNorms() ? Norm.read(source, names.keyNorm(), stack.norm()) : null;
  }

  /**
   * Transforms rows in place.
   *
   * @param projected queries, and keys behind them, of row {@code first} from {@code first ·
   *     stride} on
   * @param position of the first row; the next ones follow it
   */
  void apply(float[] projected, int first, int rows, int stride, int position) {
    int heads = spec.heads();
    int keys = spec.keyValueHeads();
    for (int row = 0; row < rows; row++) {
      int at = (first + row) * stride;
      if (queryNorm != null && keyNorm != null) {
        queryNorm.applyTo(projected, at, heads);
        keyNorm.applyTo(projected, at + spec.width(), keys);
      }
      if (rotary != null) {
        // Keys lie behind the queries, head after head.
        rotary.apply(projected, at, heads + keys, spec.headWidth(), position + row);
      }
    }
  }
}
