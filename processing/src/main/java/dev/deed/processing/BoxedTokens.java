package dev.deed.processing;

/**
 * Token ids with the place of each on a page. Arrays are not copied and must not change.
 *
 * @param ids [positions]
 * @param boxes [positions, 4] row by row: left, upper, right and lower edge in thousandths of the
 *     page's width and height, 0…1000
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record BoxedTokens(int[] ids, int[] boxes) {
  /**
   * The boxes as fractions of the page, 0…1: what the code of UDOP's model is written for (its
   * processor in Transformers hands on thousandths).
   *
   * @return [positions, 4]
   */
  public float[] fractions() {
    float[] fractions = new float[boxes.length];
    for (int i = 0; i < boxes.length; i++) {
      fractions[i] = boxes[i] / 1000f;
    }
    return fractions;
  }
}
