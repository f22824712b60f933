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
 */
public final class TableQuestion {
  private final TableModel model;
  private final Request request;
  private final PageBox table;
  private final @Nullable List<OcrWord> words;
  private final boolean emptyCells;

  TableQuestion(
      TableModel model,
      Request request,
      PageBox table,
      @Nullable List<OcrWord> words,
      boolean emptyCells) {
    this.model = model;
    this.request = request;
    this.table = table;
    this.words = words;
    this.emptyCells = emptyCells;
  }

  /** {@return what an engine of the model answers; this very object, which keeps what it needs} */
  public Request request() {
    return request;
  }

  /**
   * {@return the table that an answer describes} Finds boxes and puts words into cells, on the
   * caller's thread.
   *
   * @param answer to the request
   * @throws dev.deed.value.InputException when words lie in too many cells, or the model computes
   *     what is no number
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public PageTable table(Generation answer) {
    TaggedTable tagged = model.structure(request.input(), answer, emptyCells);
    TableGrid grid = TableGrid.of(tagged, table, words, emptyCells);
    return new PageTable(
        tagged.tags().stream().map(tag -> tag.name().toLowerCase(Locale.ROOT)).toList(),
        grid.rows(),
        grid.columns(),
        grid.cells(),
        answer);
  }
}
