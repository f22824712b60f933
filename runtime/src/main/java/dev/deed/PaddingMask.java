package dev.deed;

import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An attention mask of {@code length} entries, {@code visible} ones and then zeros, which cuts the
 * padding off.
 */
record PaddingMask(int length, int visible) {
  /**
   * @param mask 1 for each token or patch that counts, then 0 for padding
   * @throws InputException when a 0 stands before a 1
   */
  static PaddingMask of(int[] mask) {
    int visible = (int) Arrays.stream(mask).takeWhile(entry -> entry == 1).count();
    InputException.require(
        Arrays.stream(mask, visible, mask.length).allMatch(entry -> entry == 0),
        "attention_mask",
        "is not ones and then zeros",
        "pad on the right only");
    return new PaddingMask(mask.length, visible);
  }

  /**
   * The ids that count.
   *
   * @throws InputException when there are not as many as the mask has entries
   */
  int[] cut(int[] ids) {
    requireLength(ids.length);
    return Arrays.copyOf(ids, visible);
  }

  /**
   * The part that counts of a raw encoder input. Boxes lose their padding; patches, which tell it
   * themselves, are checked against the mask; others have none.
   *
   * @throws InputException when the mask does not fit
   */
  Values cut(Part part, Values values) {
    return switch (part) {
      case BOXES -> rows(values);
      case PATCHES -> {
        requirePadding(values);
        yield values;
      }
      case TOKENS, PIXELS, SPECTROGRAM, SAMPLES -> values;
    };
  }

  private Values rows(Values values) {
    int rows = values.shape().isEmpty() ? 0 : values.shape().getFirst();
    requireLength(rows);
    List<Integer> shape = new ArrayList<>(values.shape());
    shape.set(0, visible);
    int width = rows == 0 ? 0 : values.numbers().length / rows;
    return new Values(Arrays.copyOf(values.numbers(), visible * width), shape);
  }

  /** Padded patches tell themselves by row 0: the mask must agree. */
  private void requirePadding(Values patches) {
    int rows = patches.shape().isEmpty() ? 0 : patches.shape().getFirst();
    requireLength(rows);
    for (int row = 0; row < rows; row++) {
      boolean padding = patches.numbers()[row * (patches.numbers().length / rows)] == 0;
      if (padding != row >= visible) {
        throw new InputException(
            "attention_mask",
            "disagrees with flattened_patches in row " + row,
            "mask exactly the patches whose row number is 0");
      }
    }
  }

  private void requireLength(int rows) {
    InputException.require(
        rows == length,
        "attention_mask",
        "has " + length + " entries for " + rows,
        "give one for each");
  }
}
