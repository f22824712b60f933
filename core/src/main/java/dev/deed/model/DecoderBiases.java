package dev.deed.model;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What positions add to the scores of a decoder's attentions: nothing, a bias of self-attention
 * that all layers share (T5), or one in each layer and one of cross-attention (OFA). Safe for use
 * from many threads.
 *
 * @param perLayer biases of self-attention; empty for none
 */
record DecoderBiases(List<SelfBias> perLayer, @Nullable CrossPositions crossPositions) {
  DecoderBiases {
    perLayer = List.copyOf(perLayer);
  }

  /**
   * The decoder's side of cross-attention's bias.
   *
   * @param places vectors of the decoder's positions, [positions, width]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record CrossPositions(float[] places, PositionScores scores) {}

  static DecoderBiases read(ParameterSource source, TransformerSpec.Decoder spec) {
    return switch (spec.positions()) {
      case PositionSpec.RelativeBias relative -> {
        RelativeBias shared =
            RelativeBias.read(source, Names.DECODER.relativeBias(), d -> relative.bucket(d, false));
        SelfBias everywhere = (first, length, _) -> shared.forRows(first, length);
        yield new DecoderBiases(Collections.nCopies(spec.stack().layers(), everywhere), null);
      }
      case PositionSpec.Untied untied -> untied(source, spec.stack(), untied);
      case PositionSpec.Learned _, PositionSpec.Sinusoidal _, PositionSpec.None _ ->
          new DecoderBiases(List.of(), null);
    };
  }

  private static DecoderBiases untied(
      ParameterSource source, StackSpec stack, PositionSpec.Untied spec) {
    float[] places =
        PositionTable.normed(
            source, Names.DECODER.positions(), Names.DECODER.positionNorm(), stack.norm());
    int heads = stack.attention().heads();
    UntiedSelfBias.Shared shared =
        new UntiedSelfBias.Shared(
            places, PositionScores.read(source, Names.DECODER_SELF, heads, spec.scale()));
    List<SelfBias> perLayer = new ArrayList<>();
    for (int i = 0; i < stack.layers(); i++) {
      perLayer.add(
          new UntiedSelfBias(
              shared,
              RelativeBias.read(
                  source, Names.numbered(Names.DECODER.relativeBias(), i), d -> spec.bucket(-d))));
    }
    return new DecoderBiases(
        perLayer,
        new CrossPositions(
            places, PositionScores.read(source, Names.DECODER_CROSS, heads, spec.scale())));
  }

  /** The bias of self-attention in a layer, counted from 0; null when there is none. */
  @Nullable SelfBias self(int layer) {
    return perLayer.isEmpty() ? null : perLayer.get(layer);
  }

  /** The bias of cross-attention over an encoder output; null when there is none. */
  CrossMemory.@Nullable Bias cross(EncoderOutput encoded) {
    if (crossPositions == null) {
      return null;
    }
    float[] keys = Objects.requireNonNull(encoded.beside(), "the encoder gives no positions");
    return new CrossMemory.Bias(
        crossPositions.places, crossPositions.scores, keys, encoded.visible());
  }

  /**
   * Self-attention's bias in one decoder layer of OFA: scores of positions, which all layers share,
   * and the layer's own bias of distances. Safe for use from many threads.
   */
  private record UntiedSelfBias(Shared shared, RelativeBias relative) implements SelfBias {
    @Override
    public AttentionBias forRows(int first, int length, ThreadPool pool) {
      Window window = shared.window(length, pool);
      AttentionBias distances = relative.forRows(first, length);
      int heads = shared.scores.heads();
      int rows = length - first;
      float[] biases = new float[Math.multiplyExact(Math.multiplyExact(rows, heads), length)];
      for (int row = 0; row < rows; row++) {
        for (int head = 0; head < heads; head++) {
          int to = (row * heads + head) * length;
          int scores = (head * window.length + first + row) * window.length;
          System.arraycopy(window.values, scores, biases, to, length);
          KernelChoice.kernels()
              .add(biases, to, distances.data(), distances.index(row, head), length);
        }
      }
      return new AttentionBias(biases, 0, heads * length, length);
    }

    /** Scores of the first positions against each other, [heads, length, length]. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Window(int length, float[] values) {}

    /** The scores of positions, computed as far as they were asked for. */
    static final class Shared {
      private static final int SHORTEST = 32;

      private final float[] places;
      private final PositionScores scores;
      private volatile Window window = new Window(0, new float[0]);

      /**
       * @param places vectors of the positions, [positions, width]
       */
      Shared(float[] places, PositionScores scores) {
        this.places = places;
        this.scores = scores;
      }

      private Window window(int length, ThreadPool pool) {
        Window current = window;
        if (current.length < length) {
          int more = Math.max(length, Math.min(most(), Math.max(SHORTEST, 2 * current.length)));
          current = new Window(more, scores.square(places, more, pool));
          window = current;
        }
        return current;
      }

      private int most() {
        return places.length / scores.query().weight().inputs();
      }
    }
  }
}
