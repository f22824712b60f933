package dev.deed.model;

import dev.deed.checkpoint.InputException;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The encoder's weights. Immutable and safe for use from many threads. */
public final class Encoder {
  private final TransformerSpec.Encoder spec;
  private final Front front;
  private final @Nullable PositionTable positions;
  private final @Nullable RelativeBias bias;
  private final @Nullable Norm embeddingNorm;
  private final List<EncoderLayer> layers;
  private final @Nullable Norm finalNorm;
  private final @Nullable Linear bridge;

  private Encoder(TransformerSpec model, ParameterSource source, Decoder decoder) {
    this.spec = model.encoder();
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
    this.bridge = model.decoder().bridge() ? Linear.read(source, "bridge", true) : null;
  }

  /** Packs the weights of a checked model; a shared token table stays the decoder's. */
  public static Encoder read(TransformerSpec model, ParameterSource source, Decoder decoder) {
    return new Encoder(model, source, decoder);
  }

  /**
   * Encodes an input.
   *
   * @throws InputException when the input lacks what the model reads, or does not fit it
   */
  public EncoderOutput encode(EncoderInput input, WorkerTeam team) {
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
      positions.add(0, rows, hidden, 0);
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
    if (bridge == null) {
      return new EncoderOutput(
          hidden, rows, embedded.visible(), spec.stack().width(), embedded.places());
    }
    float[] bridged = new float[rows * bridge.outputs()];
    bridge.apply(hidden, rows, bridged, team);
    return new EncoderOutput(
        bridged, rows, embedded.visible(), bridge.outputs(), embedded.places());
  }

  private @Nullable AttentionBias bias(Front.Embedded embedded, int layer) {
    if (embedded.bias() != null) {
      return embedded.bias().of(layer);
    }
    return bias == null ? null : bias.forRows(0, embedded.positions());
  }
}
