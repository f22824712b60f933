package dev.deed.model.spec;

import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What turns an input into the first hidden states of the encoder. It lists its own parameters and
 * reads them, so that a new front needs no line elsewhere; those that there are stand in {@code
 * dev.deed.model.front}.
 */
public interface EncoderFront {
  /** What an input must hold. */
  Set<Part> reads();

  /** What an input may hold besides. */
  default Set<Part> mayRead() {
    return Set.of();
  }

  /** Rows of the table that tokens are looked up in; 0 where it reads none. */
  default int vocabulary() {
    return 0;
  }

  /**
   * What boxes call the far side of a page: 1 where they are fractions of it, 1000 where they are
   * thousandths, 0 where the model reads none.
   */
  default int pageSide() {
    return 0;
  }

  /** Whether it makes one grid of vectors of a picture, as vision transformers do. */
  default boolean isPicture() {
    return false;
  }

  /**
   * Positions that it makes of a picture or a sound, at most; 0 where it reads neither, or where
   * they depend on a size that it is not told.
   */
  default int mediaPositions() {
    return 0;
  }

  /**
   * Bytes of the biases that it makes for all positions over all, where these may be many.
   *
   * @param stack the encoder's layers
   */
  default long biasBytes(StackSpec stack, int positions) {
    return 0;
  }

  /** Number of transformer layers that it has itself. */
  default int layers() {
    return 0;
  }

  /**
   * Adds the parameters that {@link #read} reads.
   *
   * @param stack the encoder's layers
   */
  void declare(ParameterList parameters, StackSpec stack);

  Weights read(ParameterSource source, StackSpec stack, Shared shared);

  /**
   * What a front shares with the rest of its model.
   *
   * @param tokens the encoder's table of tokens, which may be the decoder's, [vocabulary, width]
   * @param arrays that encoder runs take in turn
   */
  record Shared(WeightMatrix tokens, ArrayPool arrays) {}

  /** A front with its weights. Immutable and safe for use from many threads. */
  @FunctionalInterface
  interface Weights {
    /**
     * @throws dev.deed.value.InputException when the input lacks a part or does not fit
     */
    Embedded embed(EncoderInput input, ThreadPool pool);
  }

  /**
   * The first hidden states, before positions and norm of the stack.
   *
   * @param hidden [positions, width]
   * @param visible positions that attention sees: padding, if any, stands behind them
   * @param bias of attention in each layer; null when the front adds none
   * @param beside what is read beside them after the encoder: see {@code EncoderOutput}
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  record Embedded(
      float[] hidden,
      int positions,
      int visible,
      @Nullable LayerBias bias,
      float @Nullable [] beside) {
    public Embedded(float[] hidden, int positions, int visible, @Nullable LayerBias bias) {
      this(hidden, positions, visible, bias, null);
    }

    /** The same when no layer will ask for the bias any more, which may be large. */
    public Embedded withoutBias() {
      return new Embedded(hidden, positions, visible, null, beside);
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
}
