package dev.deed.model;

import org.jspecify.annotations.Nullable;

/**
 * What the encoder made of one input.
 *
 * @param hidden [positions, width], row-major, after the final norm (and the bridge, where the
 *     model has one)
 * @param positions number of rows
 * @param visible rows that cross-attention sees; padding, if any, stands behind them
 * @param width of a row
 * @param places vectors of the positions alone, [positions, width], where cross-attention has a
 *     bias of positions (OFA); else null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncoderOutput(
    float[] hidden, int positions, int visible, int width, float @Nullable [] places) {
  /** Written out: of a compact constructor, class files do not tell which parameter may be null. */
  public EncoderOutput(
      float[] hidden, int positions, int visible, int width, float @Nullable [] places) {
    this.hidden = hidden;
    this.positions = positions;
    this.visible = visible;
    this.width = width;
    this.places = places;
  }
}
