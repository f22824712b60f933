package dev.deed.table;

import dev.deed.Generation;
import java.util.List;

/**
 * What a model says of a table.
 *
 * @param tags names of the tags, {@code <start>} first; the last is {@code <end>}, or the one at
 *     which the limit cut the answer off
 * @param boxes [cells][centre x, centre y, width, height], each 0…1 of the table; those of cells
 *     that span columns are merged
 * @param classes of the cells
 * @param generation the answer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TableStructure(List<String> tags, float[][] boxes, int[] classes, Generation generation) {
  TableStructure {
    tags = List.copyOf(tags);
  }
}
