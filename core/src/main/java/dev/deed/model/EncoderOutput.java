package dev.deed.model;

import org.jspecify.annotations.Nullable;

/**
 * What the encoder made of one input.
 *
 * @param hidden [positions, width], row-major, after the final norm (and the bridge, where the
 *     model has one)
 * @param positions number of rows
 * @param visible rows that cross-attention sees; padding, if any, stands behind them
 * @param beside what is read beside them: vectors of the positions alone, [positions, width], where
 *     cross-attention has a bias of positions (OFA); features of the picture, [positions,
 *     channels], where boxes are found in it (TableFormer); else null
 * @param assistant what the encoder of an assistant made of the same input; null: there is no
 *     assistant, or it reads this
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncoderOutput(
    float[] hidden,
    int positions,
    int visible,
    float @Nullable [] beside,
    @Nullable EncoderOutput assistant) {
  /** What an assistant's decoder reads. */
  public EncoderOutput ofAssistant() {
    return assistant == null ? this : assistant;
  }

  /** Bytes of its numbers. */
  public long bytes() {
    long values = (long) hidden.length + (beside == null ? 0 : beside.length);
    return Float.BYTES * values + (assistant == null ? 0 : assistant.bytes());
  }
}
