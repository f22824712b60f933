package dev.deed.model.front;

import dev.deed.model.front.LayoutAwareFront.Coordinate;
import dev.deed.value.InputException;
import java.util.Arrays;

/** What LaTr looks up of a box: its four sides, its width and its height. */
final class BoxCoordinates {
  /** Values of a box: x0, y0, x1, y1. */
  static final int SIDES = 4;

  private static final int COUNT = Coordinate.values().length;

  private BoxCoordinates() {}

  /** See {@link LayoutAwareFront#coordinates}. */
  static int[] of(float[] boxes, int rows) {
    int[] coordinates = new int[Math.multiplyExact(boxes.length / SIDES, COUNT)];
    for (int token = 0; token < boxes.length / SIDES; token++) {
      int[] box = new int[SIDES];
      for (int side = 0; side < SIDES; side++) {
        float value = boxes[token * SIDES + side];
        if (!(value >= 0 && value < rows) || value != (int) value) {
          throw wrong(token, "holds " + value, "give whole numbers from 0 to " + (rows - 1));
        }
        box[side] = (int) value;
      }
      if (box[0] > box[2] || box[1] > box[3]) {
        throw wrong(token, "ends before it begins", "give x0, y0, x1, y1 with x0 ≤ x1 and y0 ≤ y1");
      }
      int at = token * COUNT;
      if (Arrays.stream(box).allMatch(side -> side == 0)) {
        Arrays.fill(coordinates, at, at + COUNT, -1);
      } else {
        System.arraycopy(box, 0, coordinates, at, SIDES);
        coordinates[at + Coordinate.WIDTH.ordinal()] = box[2] - box[0];
        coordinates[at + Coordinate.HEIGHT.ordinal()] = box[3] - box[1];
      }
    }
    return coordinates;
  }

  private static InputException wrong(int token, String why, String whatToDo) {
    return new InputException("bbox", "the box of token " + token + " " + why, whatToDo);
  }
}
