package dev.deed.table;

import dev.deed.Input;
import dev.deed.ModelInternals;
import dev.deed.files.Interruption;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PixelValues;
import dev.deed.processing.picture.TableImageProcessor;
import dev.deed.value.InputException;
import java.util.List;

/**
 * A page of which tables are cut out.
 *
 * @param width of the picture that was given, in pixels
 * @param height of the same
 * @param rows the page in the rows of the model
 * @param pictures makes pixel values of a table
 * @param internals of the model
 */
record TablePage(
    int width,
    int height,
    Picture rows,
    TableImageProcessor pictures,
    ModelInternals internals,
    Interruption interruption) {
  /**
   * What the model reads of a table. It keeps what the encoder makes of it for {@link
   * TableModel#structure}.
   *
   * @param x0 left side of the table in pixels of the page; what reaches out of it is cut off
   * @param y0 upper side
   * @param x1 right side
   * @param y1 lower side
   * @throws InputException when nothing of it lies on the page
   */
  Input input(double x0, double y0, double x1, double y1) {
    double scale = (double) rows.height() / height;
    int left = place(x0 * scale, rows.width());
    int top = place(y0 * scale, rows.height());
    int right = place(x1 * scale, rows.width());
    int bottom = place(y1 * scale, rows.height());
    if (left >= right || top >= bottom) {
      throw InputException.ofField(
          "table",
          "is [%s, %s, %s, %s], of which nothing lies on the picture of %d×%d"
              .formatted(x0, y0, x1, y1, width, height),
          "give its box in pixels: [left, top, right, bottom]");
    }
    PixelValues pixels = pictures.normalise(rows.crop(left, top, right, bottom), interruption);
    return internals.keepingOutput(
        Input.empty()
            .withTensor(
                "pixel_values",
                pixels.values(),
                List.of(pixels.channels(), pixels.height(), pixels.width())));
  }

  /** The nearest edge of pixels, the even one of two; NaN is the first. */
  private static int place(double at, int most) {
    return (int) Math.clamp(Math.rint(at), 0, most);
  }
}
