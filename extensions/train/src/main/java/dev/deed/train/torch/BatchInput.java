package dev.deed.train.torch;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public sealed interface BatchInput {
  /**
   * Which of the encoder's positions hold something.
   *
   * @param positions number of them
   * @return {@code [rows, positions]}, false at padding; null when there is none
   */
  default boolean @Nullable [][] mask(int positions) {
    return null;
  }

  /** Token ids, padded to equal lengths, {@code [rows, length]}, and a mask, false at padding. */
  record Text(long[][] ids, boolean[][] mask) implements BatchInput {
    @Override
    public boolean[][] mask(int positions) {
      return mask;
    }
  }

  /**
   * Tokens with places, and pictures behind them. Padding stands on the left, so that the distances
   * between tokens and patches are those of a row without padding.
   *
   * @param coordinates {@code [rows, length · coordinates of a box]}, −1 where there is no place
   * @param pictures null when the model reads none
   */
  record Pages(Text text, int[][] coordinates, @Nullable Pictures pictures) implements BatchInput {
    @Override
    public boolean[][] mask(int positions) {
      boolean[][] all = new boolean[text.mask().length][];
      for (int row = 0; row < all.length; row++) {
        all[row] = Arrays.copyOf(text.mask()[row], positions);
        Arrays.fill(all[row], text.mask()[row].length, positions, true);
      }
      return all;
    }
  }

  /**
   * Tokens, some of which stand for rows of pictures that are not trained.
   *
   * @param pictures rows of each text's picture, {@code [places · width]}; of no element where it
   *     has none
   */
  record Placed(Text text, List<float[]> pictures) implements BatchInput {
    @Override
    public boolean[][] mask(int positions) {
      return text.mask();
    }
  }

  /**
   * What the encoder, not trained, made of inputs: {@code [positions · width]}, of one size,
   * unpadded.
   */
  record Encoded(List<float[]> states) implements BatchInput {}

  /** Pictures of one size, {@code [rows, channels, height, width]}, normalised, row-major. */
  record Pictures(float[] values, int rows, int channels, int height, int width)
      implements BatchInput {}
}
