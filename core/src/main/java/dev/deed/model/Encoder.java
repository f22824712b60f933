package dev.deed.model;

import dev.deed.tensor.Kernels;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The encoder's weights. Immutable and safe for use from many threads. */
public final class Encoder {
  private final TransformerSpec.Encoder spec;
  private final @Nullable WeightMatrix table;
  private final @Nullable PictureFront pictures;
  private final float @Nullable [] positions;
  private final @Nullable RelativeBias bias;
  private final @Nullable Norm embeddingNorm;
  private final List<EncoderLayer> layers;
  private final @Nullable Norm finalNorm;
  private final @Nullable Linear bridge;

  private Encoder(TransformerSpec model, ParameterSource source, Decoder decoder) {
    this.spec = model.encoder();
    StackSpec stack = spec.stack();
    this.table =
        switch (spec.front()) {
          case EncoderFront.Tokens tokens ->
              tokens.shared()
                  ? decoder.embeddingTable()
                  : Linear.read(source, "encoder.embedding", false).weight();
          case EncoderFront.Picture picture -> null;
        };
    this.pictures =
        switch (spec.front()) {
          case EncoderFront.Tokens tokens -> null;
          case EncoderFront.Patches front -> PatchFront.read(source, front);
          case EncoderFront.ConvolutionalStem front -> StemFront.read(source, front);
        };
    this.positions =
        spec.positions() instanceof PositionSpec.Learned
            ? source.tensor("encoder.positions.weight").toFloats()
            : null;
    this.bias =
        spec.positions() instanceof PositionSpec.RelativeBias relative
            ? new RelativeBias(relative, source.tensor("encoder.relative_bias.weight"), true)
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
   * Encodes token ids.
   *
   * @param ids at least one, within the vocabulary and the model's positions; the caller has
   *     checked them
   * @throws IllegalStateException when the model reads pictures
   */
  public EncoderOutput encode(int[] ids, WorkerTeam team) {
    if (!(spec.front() instanceof EncoderFront.Tokens tokens) || table == null) {
      throw new IllegalStateException("this encoder reads pictures");
    }
    int width = spec.stack().width();
    float[] hidden = new float[Math.multiplyExact(ids.length, width)];
    for (int i = 0; i < ids.length; i++) {
      table.copyRow(ids[i], hidden, i * width);
    }
    Kernels.active().scale(hidden, 0, hidden.length, tokens.scale());
    return run(hidden, ids.length, team);
  }

  /**
   * Encodes a picture.
   *
   * @param pixels [channels, height, width], normalised
   * @throws IllegalStateException when the model does not read pictures
   */
  public EncoderOutput encode(float[] pixels, WorkerTeam team) {
    if (pictures == null) {
      throw new IllegalStateException("this encoder reads token ids");
    }
    float[] hidden = pictures.apply(pixels, team);
    return run(hidden, hidden.length / spec.stack().width(), team);
  }

  private EncoderOutput run(float[] hidden, int rows, WorkerTeam team) {
    int width = spec.stack().width();
    Workspace workspace = new Workspace();
    if (positions != null && spec.positions() instanceof PositionSpec.Learned learned) {
      Kernels.active().add(hidden, 0, positions, learned.offset() * width, rows * width);
    }
    if (embeddingNorm != null) {
      embeddingNorm.apply(hidden, rows, hidden);
    }
    for (EncoderLayer layer : layers) {
      layer.apply(hidden, rows, bias == null ? null : bias.forRows(0, rows), workspace, team);
    }
    if (finalNorm != null) {
      finalNorm.apply(hidden, rows, hidden);
    }
    if (bridge == null) {
      return new EncoderOutput(hidden, rows, width);
    }
    float[] bridged = new float[rows * bridge.outputs()];
    bridge.apply(hidden, rows, bridged, team);
    return new EncoderOutput(bridged, rows, bridge.outputs());
  }
}
