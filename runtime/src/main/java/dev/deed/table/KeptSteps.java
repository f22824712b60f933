package dev.deed.table;

import dev.deed.processing.table.TableTag;
import dev.deed.processing.table.TaggedTable;
import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The decoder's steps whose last hidden states are those of cells, and which of their boxes are one
 * box, as {@code TableModel04_rs.predict} of docling-ibm-models has it. A step reads a cell's tag
 * and emits the next one. A cell has one state, one that spans columns has two.
 *
 * @param steps counted from the one that emits the first tag
 * @param spans place in {@code steps} where a span begins to that of its end; {@link #OPEN} where
 *     the tags end before it does
 */
record KeptSteps(List<Integer> steps, Map<Integer, Integer> spans) {
  static final int OPEN = -1;

  private static final Set<String> CLOSING =
      Set.of("fcel", "ecel", "ched", "rhed", "srow", "nl", "ucel");
  private static final Set<String> WITHOUT_STATE = Set.of("nl", "ucel", "xcel");

  /**
   * @param tags as they were emitted; {@code <end>} ends them
   */
  static KeptSteps of(List<String> tags) {
    List<Integer> steps = new ArrayList<>();
    Map<Integer, Integer> spans = new HashMap<>();
    boolean skips = true;
    int start = OPEN;
    for (int step = 0; step < tags.size() && !tags.get(step).equals("<end>"); step++) {
      String tag = tags.get(step);
      if (!skips && CLOSING.contains(tag)) {
        if (start != OPEN) {
          spans.put(start, steps.size());
        }
        steps.add(step);
      }
      if (!tag.equals("lcel")) {
        start = OPEN;
      } else if (start == OPEN) {
        start = steps.size();
        spans.put(start, OPEN);
        steps.add(step);
      }
      skips = WITHOUT_STATE.contains(tag);
    }
    return new KeptSteps(steps, spans);
  }

  /**
   * The table of the boxes of cells, of those of all steps.
   *
   * @param tags of the table
   * @param boxes [steps, 4]: centre x, centre y, width, height
   * @param classes [steps]
   */
  TaggedTable merged(List<TableTag> tags, float[] boxes, int[] classes) {
    List<PageBox> merged = new ArrayList<>();
    List<Integer> kinds = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Integer end = spans.get(i);
      if (end != null) {
        merged.add(span(boxes, 4 * i, 4 * (end == OPEN ? steps.size() - 1 : end)));
        kinds.add(classes[i]);
      } else if (!spans.containsValue(i)) {
        merged.add(box(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]));
        kinds.add(classes[i]);
      }
    }
    return new TaggedTable(tags, merged, kinds);
  }

  private static PageBox box(float x, float y, float width, float height) {
    double halfWidth = width / 2.0;
    double halfHeight = height / 2.0;
    return new PageBox(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
  }

  /** From the left and upper side of a box to the right and lower side of another. */
  private static PageBox span(float[] boxes, int first, int last) {
    float left = boxes[first] - boxes[first + 2] / 2;
    float top = boxes[first + 1] - boxes[first + 3] / 2;
    float width = boxes[last] + boxes[last + 2] / 2 - left;
    float height = boxes[last + 1] + boxes[last + 3] / 2 - top;
    float upper = Math.min(boxes[last + 1] - boxes[last + 3] / 2, top);
    return box(left + width / 2, upper + height / 2, width, height);
  }
}
