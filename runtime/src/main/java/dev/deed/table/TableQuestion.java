package dev.deed.table;

import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.processing.table.TableGrid;
import dev.deed.processing.table.TaggedTable;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table that is to be read: what an engine answers, and what becomes of the answer. Immutable.
 *
 * @param request keeps what it needs for {@link #table}
 * @param box of the table on its page
 * @param words of the page; null: none are known
 */
record TableQuestion(
    TableModel model,
    Request request,
    PageBox box,
    @Nullable List<OcrWord> words,
    boolean emptyCells) {
  /**
   * The table that an answer describes: finds boxes and puts words into cells, on the caller's
   * thread.
   *
   * @throws dev.deed.value.InputException when words lie in too many cells, or the model computes
   *     what is no number
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  PageTable table(Generation answer) {
    TaggedTable tagged = model.structure(request.input(), answer, emptyCells);
    TableGrid grid = TableGrid.of(tagged, box, words, emptyCells);
    return new PageTable(
        tagged.tags().stream().map(tag -> tag.name().toLowerCase(Locale.ROOT)).toList(),
        grid.rows(),
        grid.columns(),
        grid.cells(),
        answer);
  }
}
