package dev.deed;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One input of a model. Immutable; arrays are not copied and must not change while in use.
 *
 * @param text for the encoder, tokenised by the model's own tokenizer
 * @param image picture file for the encoder
 * @param tokenIds encoder input as it is, without added end token
 * @param pixels [channels, height, width], normalised, as it is
 * @param decoderPrefix the whole forced decoder prefix in place of the model's own start token
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record Input(
    @Nullable String text,
    @Nullable Path image,
    int @Nullable [] tokenIds,
    float @Nullable [] pixels,
    int @Nullable [] decoderPrefix) {
  public static Input ofText(String text) {
    return new Input(text, null, null, null, null);
  }

  public static Input ofImage(Path image) {
    return new Input(null, image, null, null, null);
  }

  public static Input ofTokenIds(int... ids) {
    return new Input(null, null, ids, null, null);
  }

  public static Input ofPixels(float[] pixels) {
    return new Input(null, null, null, pixels, null);
  }

  /** The same input behind a forced decoder prefix. */
  public Input withDecoderPrefix(int @Nullable [] prefix) {
    return new Input(text, image, tokenIds, pixels, prefix);
  }
}
