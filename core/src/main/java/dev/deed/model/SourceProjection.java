package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What makes keys and values of an encoder output, for one decoder layer.
 *
 * @param keyNorm of each head's key; null for none
 */
record SourceProjection(AttentionSpec spec, Linear keysValues, @Nullable Norm keyNorm) {
  static SourceProjection read(ParameterSource source, Names.Attention names, StackSpec stack) {
    AttentionSpec spec = stack.attention();
    return new SourceProjection(
        spec,
        Linear.stacked(
            source,
            List.of(
                new Linear.Part(names.key(), spec.biases().key()),
                new Linear.Part(names.value(), spec.biases().value()))),
        QueryKeyTransform.keyNorm(source, names, stack));
  }

  /** Keys and values of an encoder output. */
  KeyValueCache project(
      EncoderOutput encoded, Workspace workspace, IntFunction<float[]> arrays, ThreadPool pool) {
    int width = spec.keyWidth();
    int positions = encoded.visible();
    float[] projected =
        workspace.get(Purpose.KEYS_VALUES, Math.multiplyExact(positions, 2 * width));
    keysValues.apply(encoded.hidden(), positions, projected, pool);
    KeyValueCache cache =
        new KeyValueCache(spec.keyValueHeads(), spec.headWidth(), positions, positions, arrays);
    cache.extend(positions);
    pool.share(
        positions,
        Norm.leastRows(2 * width),
        (from, end) -> {
          for (int row = from; keyNorm != null && row < end; row++) {
            keyNorm.applyTo(projected, row * 2 * width, spec.keyValueHeads());
          }
          int keys = from * 2 * width;
          cache.write(
              from,
              new FloatRows(projected, keys, 2 * width, end - from),
              new FloatRows(projected, keys + width, 2 * width, end - from));
        });
    return cache;
  }
}
