package dev.deed.engine;

import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;

/**
 * What an encoder output depends on: equal keys stand for equal outputs, to the bit.
 *
 * @param input what the encoder read
 * @param encoding how it ran: a request that has it run in another way names that here
 */
record EncodedKey(InputDigest input, String encoding) {
  /** All layers of the model's encoder, as its description says. */
  static final String WHOLE = "whole";

  /** Of an input that the whole encoder reads. */
  static EncodedKey of(EncoderInput input) {
    return new EncodedKey(InputDigest.of(input), WHOLE);
  }
}
