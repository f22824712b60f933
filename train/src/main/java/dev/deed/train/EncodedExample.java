package dev.deed.train;

import dev.deed.processing.Picture;

/**
 * An example as the model reads it, before augmentation and padding.
 *
 * @param source for the encoder
 * @param labels token ids to learn, the end token last
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record EncodedExample(Source source, int[] labels) {
  /** What the encoder is to read. */
  public sealed interface Source {
    /** Token ids, at least one. */
    @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
    record Ids(int[] ids) implements Source {}

    /** A picture in the model's size. */
    record Image(Picture picture) implements Source {}
  }

  /** What decides how long a batch takes: the tokens on both sides. */
  int length() {
    int encoder = source instanceof Source.Ids ids ? ids.ids().length : 0;
    return encoder + labels.length;
  }
}
