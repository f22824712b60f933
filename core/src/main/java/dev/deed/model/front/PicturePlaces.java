package dev.deed.model.front;

import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import java.util.Set;

/** A front that makes rows of a picture which take places among tokens. */
public interface PicturePlaces extends EncoderFront {
  @Override
  default Set<Part> reads() {
    return Set.of(Part.PIXELS);
  }

  /**
   * Rows that come out of an input's picture, at most {@link #mediaPositions}.
   *
   * @throws dev.deed.value.InputException when there is none, or the front reads none of its shape
   */
  int rows(EncoderInput input);
}
