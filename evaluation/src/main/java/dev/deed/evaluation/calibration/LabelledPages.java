package dev.deed.evaluation.calibration;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.data.OcrJson;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pages whose fields are known, in lines as SROIE's form has them. */
public final class LabelledPages {
  private LabelledPages() {}

  /**
   * A page: {@code words} or {@code lines} with boxes, {@code width}, {@code height}, and {@code
   * fields} with a text or null for each name.
   *
   * @param where file and line, for errors
   * @throws InputException when the line lacks one of them
   */
  public static FieldCalibration.Page page(String where, InputLine line) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.setAll(line.carried());
    Fields all = new Fields(where, "", json);
    List<OcrWord> words = OcrJson.entries(all, all.value("words") == null ? "lines" : "words");
    ObjectNode labels = all.object("fields");
    if (words.isEmpty() || line.width() == null || line.height() == null || labels == null) {
      throw new InputException(
          where, "lacks words, width, height or fields", "give labelled pages");
    }
    Fields inside = new Fields(where, "fields.", labels);
    Map<String, String> fields = new HashMap<>();
    labels
        .fieldNames()
        .forEachRemaining(
            name -> {
              String text = inside.text(name);
              if (text != null && !text.isBlank()) {
                fields.put(name, text);
              }
            });
    return new FieldCalibration.Page(words, line.width(), line.height(), fields);
  }
}
