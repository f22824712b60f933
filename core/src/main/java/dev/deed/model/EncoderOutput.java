package dev.deed.model;

/**
 * What the encoder made of one input.
 *
 * @param hidden [positions, width], row-major, after the final norm (and the bridge, where the
 *     model has one)
 * @param positions number of rows
 * @param visible rows that cross-attention sees; padding, if any, stands behind them
 * @param width of a row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncoderOutput(float[] hidden, int positions, int visible, int width) {}
