package dev.deed.model.front;

import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.Linear;
import dev.deed.model.spec.DocumentFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import org.jspecify.annotations.Nullable;

/** Turns an input into the first hidden states of an encoder. Safe for use from many threads. */
public interface Front {
  /**
   * @throws dev.deed.checkpoint.InputException when the input lacks a part or does not fit
   */
  Embedded embed(EncoderInput input, WorkerTeam team);

  /**
   * The first hidden states, before positions and norm of the stack.
   *
   * @param hidden [positions, width]
   * @param visible positions that attention sees: padding, if any, stands behind them
   * @param bias of attention in each layer; null when the front adds none
   * @param places what {@link EncoderOutput} hands on
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  record Embedded(
      float[] hidden,
      int positions,
      int visible,
      @Nullable LayerBias bias,
      float @Nullable [] places) {
    public Embedded(float[] hidden, int positions, int visible, @Nullable LayerBias bias) {
      this(hidden, positions, visible, bias, null);
    }

    /** The same when no layer will ask for the bias any more, which may be large. */
    public Embedded withoutBias() {
      return new Embedded(hidden, positions, visible, null, places);
    }

    /** Hidden states without padding or bias. */
    public static Embedded of(float[] hidden, int width) {
      int positions = hidden.length / width;
      return new Embedded(hidden, positions, positions, null);
    }
  }

  /** What is added to the scores of all positions over all, layer by layer. */
  @FunctionalInterface
  interface LayerBias {
    /**
     * @param layer from 0
     */
    AttentionBias of(int layer);
  }

  /** The front that a spec describes; a table in common stays the decoder's. */
  public static Front read(TransformerSpec.Encoder spec, ParameterSource source, Decoder decoder) {
    StackSpec stack = spec.stack();
    WeightMatrix table =
        spec.ownTable()
            ? Linear.read(source, "encoder.embedding", false).weight()
            : decoder.embeddingTable();
    return switch (spec.front()) {
      case EncoderFront.Tokens tokens -> new TokenFront(tokens, table);
      case EncoderFront.Patches patches -> PatchFront.read(source, patches);
      case EncoderFront.RelativePatches patches -> RelativePatchFront.read(source, patches, stack);
      case EncoderFront.FlattenedPatches patches -> FlattenedPatchFront.read(source, patches);
      case EncoderFront.ShiftedWindows windows -> WindowFront.read(source, windows);
      case EncoderFront.ConvolutionalStem stem -> StemFront.read(source, stem);
      case EncoderFront.Spectrogram spectrogram -> SpectrogramFront.read(source, spectrogram);
      case EncoderFront.ResNetAndTokens front -> ResNetTokenFront.read(source, front, stack, table);
      case DocumentFront.LayoutAware layout ->
          LayoutAwareFront.read(source, layout, table, decoder);
      case DocumentFront.LayoutInduced layout ->
          LayoutInducedFront.read(source, layout, stack, table);
    };
  }
}
