package dev.deed.model;

import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An encoder's front, positions, layers and norms. Immutable, safe for use from many threads. */
public final class EncoderStack {
  private final TransformerSpec.Encoder spec;
  private final EncoderFront.Weights front;
  private final @Nullable PositionTable positions;
  private final @Nullable RelativeBias bias;
  private final @Nullable Norm embeddingNorm;
  private final List<EncoderLayer> layers;
  private final @Nullable Norm finalNorm;
  private final ArrayPool arrays;

  /**
   * @param decoder what the decoder shares: its token table, where the encoder has none of its own
   */
  public EncoderStack(
      TransformerSpec.Encoder spec, ParameterSource source, EncoderFront.Shared decoder) {
    this.spec = spec;
    StackSpec stack = spec.stack();
    EncoderFront.Shared shared =
        spec.ownTable()
            ? new EncoderFront.Shared(
                GenerationHead.matrix(source, Names.ENCODER.embedding()), decoder.arrays())
            : decoder;
    this.front = spec.front().read(source, stack, shared);
    this.positions = PositionTable.read(source, Names.ENCODER, spec.positions(), stack.width());
    this.bias =
        spec.positions() instanceof PositionSpec.RelativeBias relative
            ? RelativeBias.read(source, Names.ENCODER.relativeBias(), d -> relative.bucket(d, true))
            : null;
    this.embeddingNorm =
        spec.embeddingNorm()
            ? Norm.read(source, Names.ENCODER.embeddingNorm(), stack.norm())
            : null;
    List<EncoderLayer> all = new ArrayList<>();
    Map<RotarySpec, Rotary> rotaries = new HashMap<>();
    for (int i = 0; i < stack.layers(); i++) {
      LayerKind kind = stack.kind(i);
      all.add(
          EncoderLayer.read(
              source, Names.ENCODER.layer(i), stack, kind, Rotary.of(kind, rotaries)));
    }
    this.layers = List.copyOf(all);
    this.finalNorm =
        stack.finalNorm() ? Norm.read(source, Names.ENCODER.norm(), stack.norm()) : null;
    this.arrays = decoder.arrays();
  }

  EncoderPass begin(List<EncoderInput> inputs, int mostRows) {
    return new EncoderPass(this, inputs, mostRows, arrays);
  }

  /** Hidden states of an input after the final norm; throws as {@link Encoder#encode} does. */
  public EncoderFront.Embedded run(EncoderInput input, ThreadPool pool) {
    try (EncoderPass pass = begin(List.of(input), 1)) {
      while (pass.advance(Encoder.MOST_BLOCK, pool)) {}
      return pass.output(0);
    }
  }

  int width() {
    return spec.stack().width();
  }

  int layerCount() {
    return layers.size();
  }

  /** What enters the first layer. */
  EncoderFront.Embedded embed(EncoderInput input, ThreadPool pool) {
    EncoderFront.Embedded embedded = front.embed(input, pool);
    float[] hidden = embedded.hidden();
    int rows = embedded.positions();
    InputException.require(
        rows <= spec.positions().most(),
        "input",
        "has " + rows + " positions, the model reads 1.." + spec.positions().most(),
        "shorten the input");
    if (positions != null) {
      positions.addFirst(input.tokenIds(), rows, hidden);
    }
    if (embeddingNorm != null) {
      embeddingNorm.apply(hidden, rows, hidden, pool);
    }
    return embedded;
  }

  /**
   * Begins a layer, which changes hidden states in place.
   *
   * @param index of the layer, from 0
   * @param hidden [all rows, width], one input's rows after the other's
   * @param inputs what the rows belong to, in their order
   */
  EncoderLayerPass begin(
      int index, float[] hidden, List<EncoderFront.Embedded> inputs, Workspace workspace) {
    List<EncoderLayer.Rows> parts = new ArrayList<>();
    for (EncoderFront.Embedded input : inputs) {
      parts.add(new EncoderLayer.Rows(input.positions(), input.visible(), bias(input, index)));
    }
    return new EncoderLayerPass(layers.get(index), hidden, parts, workspace);
  }

  /** Applies the final norm in place, where there is one. */
  void normalise(float[] hidden, int rows, ThreadPool pool) {
    if (finalNorm != null) {
      finalNorm.apply(hidden, rows, hidden, pool);
    }
  }

  private @Nullable AttentionBias bias(EncoderFront.Embedded embedded, int layer) {
    if (embedded.bias() != null) {
      return embedded.bias().of(layer);
    }
    return bias == null ? null : bias.forRows(0, embedded.positions());
  }
}
