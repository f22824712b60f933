package dev.deed.lab.datasets;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.page.OcrPage;
import dev.deed.value.OcrWord;

/** A page in a line of the data format: {@code ocr}, {@code width}, {@code height}. */
public final class PageFields {
  private PageFields() {}

  /** Adds the three fields; coordinates without a fraction become whole numbers. */
  public static void put(ObjectNode line, OcrPage page) {
    ArrayNode ocr = line.putArray("ocr");
    for (OcrWord entry : page.entries()) {
      ArrayNode box = ocr.addObject().put("text", entry.text()).putArray("box");
      for (double edge : new double[] {entry.x0(), entry.y0(), entry.x1(), entry.y1()}) {
        if (edge == (int) edge) {
          box.add((int) edge);
        } else {
          box.add(edge);
        }
      }
    }
    line.put("width", page.width()).put("height", page.height());
  }
}
