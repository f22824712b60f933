package dev.deed.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.page.OcrPage;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.List;

/** A page in a line of the data format: {@code ocr}, {@code width}, {@code height}. */
public final class OcrJson {
  private OcrJson() {}

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

  /**
   * Reads a list of {@code text} and {@code box}; empty when the field is absent.
   *
   * @throws InputException when it is no such list
   */
  public static List<OcrWord> entries(Fields fields, String key) {
    List<OcrWord> entries = new ArrayList<>();
    for (Fields entry : fields.objects(key)) {
      String text = entry.text("text");
      double[] box = entry.numbers("box");
      if (text == null || box == null) {
        throw fields.wrong(key, "a list of {\"text\", \"box\"}");
      }
      if (box.length != 4 || box[0] > box[2] || box[1] > box[3]) {
        throw entry.wrong("box", "[x0, y0, x1, y1] with x0 ≤ x1 and y0 ≤ y1");
      }
      entries.add(new OcrWord(text, box[0], box[1], box[2], box[3]));
    }
    return List.copyOf(entries);
  }
}
