package dev.deed.model.front;

import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import java.util.Set;

/**
 * A front that makes one grid of vectors of a picture, {@code [channels, height, width]}, of a
 * fixed or of a largest size.
 */
public interface PictureFront extends EncoderFront {
  /** Whether it reads pictures of all sizes up to its own, not of that one alone. */
  default boolean anySize() {
    return false;
  }

  /** Whether it reads a picture of this size. */
  default boolean takes(int height, int width) {
    return anySize()
        ? height >= 1 && height <= height() && width >= 1 && width <= width()
        : height == height() && width == width();
  }

  @Override
  default Set<Part> reads() {
    return Set.of(Part.PIXELS);
  }

  @Override
  default boolean isPicture() {
    return true;
  }

  @Override
  default int mediaPositions() {
    return positions();
  }

  int channels();

  /** Rows of pixels; the most, where it reads pictures of any size. */
  int height();

  /** Columns of pixels; the most, where it reads pictures of any size. */
  int width();

  /** Rows of the grid of vectors that come out of a picture of that size. */
  int gridHeight();

  /** Columns of that grid. */
  int gridWidth();

  /** Number of vectors that come out of such a picture, learned tokens included. */
  int positions();
}
