package dev.deed;

import dev.deed.model.spec.TransformerSpec;

/**
 * How much an input may be to the encoder, as far as can be told unread.
 *
 * @param positions of its output, at most
 * @param encodingBytes that the input takes until it is encoded, where that is much
 */
record SourceSize(int positions, long encodingBytes) {
  /**
   * The size of an input.
   *
   * @param mostTokens of its text
   */
  static SourceSize of(RequestPreparation preparation, Input input, int mostTokens) {
    TransformerSpec.Encoder spec = preparation.exits().folder().spec().encoder();
    long tokens = Math.min(preparation.inputs().mostTokens(input), mostTokens);
    long most = tokens + spec.front().mediaPositions();
    int positions = (int) Math.min(most, spec.positions().most());
    return new SourceSize(positions, spec.front().biasBytes(spec.stack(), positions));
  }
}
