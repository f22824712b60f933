package dev.deed.model.front;

import dev.deed.model.spec.EncoderFront;

/** A front that makes rows of a picture which take places among tokens. */
public interface PicturePlaces extends EncoderFront {
  /**
   * Rows that come out of a picture.
   *
   * @throws dev.deed.value.InputException when the front reads none of that size
   */
  int rows(int height, int width);
}
