package dev.deed.processing.page;

/**
 * Token ids with the place of each on a page. Arrays are not copied and must not change.
 *
 * @param ids [positions]
 * @param boxes [positions, 4] row by row: left, upper, right and lower edge in thousandths of the
 *     page's width and height, 0…1000
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record BoxedTokens(int[] ids, int[] boxes) {
  /** What {@link #boxes} call the far side of a page. */
  private static final float SIDE = 1000;

  /**
   * The boxes with another far side of the page: 1 gives fractions, which the code of UDOP's model
   * is written for (its processor in Transformers hands on thousandths).
   *
   * @return [positions, 4]
   */
  public float[] boxes(float side) {
    float[] scaled = new float[boxes.length];
    for (int i = 0; i < boxes.length; i++) {
      scaled[i] = boxes[i] * side / SIDE;
    }
    return scaled;
  }
}
