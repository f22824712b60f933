package dev.deed.model;

import dev.deed.checkpoint.InputException;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoder's front, positions, layers and norms. Immutable and safe for use from many threads.
 */
final class EncoderStack {
  private final TransformerSpec.Encoder spec;
  private final Front front;
  private final @Nullable PositionTable positions;
  private final @Nullable RelativeBias bias;
  private final @Nullable Norm embeddingNorm;
  private final List<EncoderLayer> layers;
  private final @Nullable Norm finalNorm;

  private EncoderStack(TransformerSpec.Encoder spec, ParameterSource source, Decoder decoder) {
    this.spec = spec;
    StackSpec stack = spec.stack();
    this.front = Front.read(spec.front(), stack, source, decoder);
    this.positions = PositionTable.read(source, "encoder", spec.positions(), stack.width());
    this.bias =
        spec.positions() instanceof PositionSpec.RelativeBias relative
            ? RelativeBias.read(source, "encoder.relative_bias", d -> relative.bucket(d, true))
            : null;
    this.embeddingNorm =
        spec.embeddingNorm() ? Norm.read(source, "encoder.embedding_norm", stack.norm()) : null;
    List<EncoderLayer> all = new ArrayList<>();
    for (int i = 0; i < stack.layers(); i++) {
      all.add(EncoderLayer.read(source, "encoder.layers." + i, stack));
    }
    this.layers = List.copyOf(all);
    this.finalNorm = stack.finalNorm() ? Norm.read(source, "encoder.norm", stack.norm()) : null;
  }

  /** Packs the weights; a shared token table stays the decoder's. */
  static EncoderStack read(TransformerSpec.Encoder spec, ParameterSource source, Decoder decoder) {
    return new EncoderStack(spec, source, decoder);
  }

  /**
   * Hidden states after the final norm.
   *
   * @throws InputException when the input lacks what the front reads, or does not fit it
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  Front.Embedded run(EncoderInput input, WorkerTeam team) {
    Front.Embedded embedded = front.embed(input, team);
    float[] hidden = embedded.hidden();
    int rows = embedded.positions();
    if (rows > spec.positions().most()) {
      throw new InputException(
          "input",
          "has " + rows + " positions, the model reads 1.." + spec.positions().most(),
          "shorten the input");
    }
    if (positions != null) {
      addPositions(positions, input, hidden, rows);
    }
    if (embeddingNorm != null) {
      embeddingNorm.apply(hidden, rows, hidden);
    }
    Workspace workspace = new Workspace();
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).apply(hidden, rows, embedded.visible(), bias(embedded, i), workspace, team);
    }
    if (finalNorm != null) {
      finalNorm.apply(hidden, rows, hidden);
    }
    return embedded;
  }

  private static void addPositions(
      PositionTable positions, EncoderInput input, float[] hidden, int rows) {
    int[] tokens = input.tokenIds();
    if (tokens != null && positions.heedsPadding()) {
      positions.add(tokens, 0, hidden, 0);
    } else {
      positions.add(rows, hidden);
    }
  }

  private @Nullable AttentionBias bias(Front.Embedded embedded, int layer) {
    if (embedded.bias() != null) {
      return embedded.bias().of(layer);
    }
    return bias == null ? null : bias.forRows(0, embedded.positions());
  }
}
