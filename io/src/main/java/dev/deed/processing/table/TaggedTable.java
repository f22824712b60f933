package dev.deed.processing.table;

import dev.deed.value.PageBox;
import java.util.List;

/**
 * What a model says of a table's picture.
 *
 * @param tags without the first and the last of the sequence
 * @param boxes of cells, merged for spans, from left and top of the table, 0…1; finite
 * @param kinds a class for each box
 */
public record TaggedTable(List<TableTag> tags, List<PageBox> boxes, List<Integer> kinds) {
  public TaggedTable {
    tags = List.copyOf(tags);
    boxes = List.copyOf(boxes);
    kinds = List.copyOf(kinds);
  }
}
