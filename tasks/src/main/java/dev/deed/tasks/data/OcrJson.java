package dev.deed.tasks.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.OcrEntry;
import dev.deed.processing.OcrPage;

/** Writes a page into a line of the data format: {@code ocr}, {@code width}, {@code height}. */
public final class OcrJson {
  private OcrJson() {}

  /** Adds the three fields; coordinates without a fraction become whole numbers. */
  public static void put(ObjectNode line, OcrPage page) {
    ArrayNode ocr = line.putArray("ocr");
    for (OcrEntry entry : page.entries()) {
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
