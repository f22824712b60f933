package dev.deed.decode.draft;

import dev.deed.model.Decoder;

/** A decoder that makes drafts for another one, which verifies them. */
public sealed interface DraftDecoder {
  Decoder decoder();

  /** A copy of the verifying decoder in narrow weights, which reads its keys and values. */
  record Narrow(Decoder decoder) implements DraftDecoder {}

  /**
   * That of another model, which has the same tokens and keeps keys and values of its own. It reads
   * what its encoder made of the source, or the verifying model's encoder.
   */
  record Assistant(Decoder decoder) implements DraftDecoder {}
}
