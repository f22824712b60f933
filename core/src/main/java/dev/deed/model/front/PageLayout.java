package dev.deed.model.front;

import dev.deed.model.front.LayoutInducedFront.Axis;

/**
 * Where the positions of an encoder lie on a page, as fractions of it: x0, y0, x1, y1 of each.
 * UDOP's reference computes in double precision as soon as patches join the text, and in single
 * precision without; distances are cut to whole numbers, so the difference can be seen.
 *
 * @param corners [positions, 4]
 * @param single whether results are rounded to single precision
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record PageLayout(double[] corners, boolean single) {
  /** Values of a box. */
  static final int SIDES = 4;

  /**
   * Which of {@code cells} equal parts of the page a side falls in.
   *
   * @param side 0 to 3: x0, y0, x1, y1
   */
  int cell(int position, int side, int cells) {
    double fraction = Math.clamp(corners[position * SIDES + side], 0.0, 1.0);
    return (int) rounded(fraction * (cells - 1));
  }

  /** The middle of a box across or down the page; along the sequence the position itself. */
  double place(int position, Axis axis) {
    return switch (axis) {
      case SEQUENCE -> position;
      case HORIZONTAL -> middle(position, 0);
      case VERTICAL -> middle(position, 1);
    };
  }

  private double middle(int position, int side) {
    int at = position * SIDES + side;
    return rounded(corners[at] + corners[at + 2]) / 2;
  }

  /** Whether a box stands for no place on the page: UDOP marks prompts by 0 and ends by 1. */
  boolean nowhere(int position) {
    int at = position * SIDES;
    double mean = (corners[at] + corners[at + 1] + corners[at + 2] + corners[at + 3]) / SIDES;
    return mean == 0 || mean == 1;
  }

  private double rounded(double value) {
    return single ? (float) value : value;
  }
}
