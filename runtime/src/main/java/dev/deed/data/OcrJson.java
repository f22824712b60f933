package dev.deed.data;

import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.List;

/** The words or lines of a page in a line of the data format. */
public final class OcrJson {
  private OcrJson() {}

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
