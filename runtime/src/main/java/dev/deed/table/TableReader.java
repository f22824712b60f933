package dev.deed.table;

import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.Request;
import dev.deed.decode.logits.TableGrammar;
import dev.deed.files.Interruption;
import dev.deed.model.front.TableFront;
import dev.deed.processing.picture.PictureLimits;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.table.TableGrid;
import dev.deed.processing.table.TaggedTable;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads tables of pages with a TableFormer: rows, columns and cells, as Docling reads them. Where
 * tables stand and which words a page holds is for the caller to say. All tables, of many pages
 * too, share the batches of one engine: each leaves as it ends. Safe for use from many threads.
 */
public final class TableReader {
  private final EncoderDecoderModel model;
  private final Asker asker;
  private final TableModel tables;
  private final PictureReader pictures =
      new PictureReader(PictureLimits.DEFAULT, Interruption.OF_THREAD);

  private TableReader(EncoderDecoderModel model, Asker asker) {
    this.model = model;
    this.asker = asker;
    this.tables = TableModel.of(model);
  }

  /**
   * {@return a reader by the model of an engine}
   *
   * @param engine stays the caller's, who closes it after the last page
   * @throws InputException when its model reads no tables
   */
  public static TableReader of(Engine engine) {
    return of(engine.model(), Asker.of(engine));
  }

  /**
   * {@return a reader by a model}
   *
   * @param model an open model, which stays the caller's
   * @param asker gets the tables of pages answered, by an engine of that model
   * @throws InputException as {@link #of(Engine)} does
   */
  public static TableReader of(EncoderDecoderModel model, Asker asker) {
    return new TableReader(model, asker);
  }

  /**
   * {@return whether a model reads tables}
   *
   * @param model an open model
   */
  public static boolean isFor(EncoderDecoderModel model) {
    return model.internals().spec().encoder().front() instanceof TableFront;
  }

  /**
   * Reads the tables of a page.
   *
   * @param page with its tables
   * @param options how they are read
   * @return a table for each box of the page, in their order; one for a page without boxes
   * @throws InputException when the picture, a box, or an option cannot be used
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public List<PageTable> read(Page page, TableOptions options) {
    return begin(page, options).await();
  }

  /**
   * Begins to read the tables of a page, and gives them later: pages that were begun together are
   * decoded together. Waits for places in the engine.
   *
   * @param page with its tables
   * @param options how they are read
   * @return what gives the tables
   * @throws InputException when the picture, a box, or an option cannot be used
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public InFlight<List<PageTable>> begin(Page page, TableOptions options) {
    List<Question> questions = model.internals().beside(() -> questions(page, options));
    return InFlight.begin(
        asker,
        questions.stream().map(Question::request).toList(),
        answers ->
            questions.stream()
                .map(
                    question -> {
                      Generation answer = answers.next();
                      return model.internals().beside(() -> question.table(answer));
                    })
                .toList());
  }

  private List<Question> questions(Page page, TableOptions options) {
    TablePage rows = tables.page(page.picture(pictures), Interruption.OF_THREAD);
    List<PageBox> boxes =
        page.tables().isEmpty()
            ? List.of(new PageBox(0, 0, rows.width(), rows.height()))
            : page.tables();
    GenerationOptions generation =
        options.grammar()
            ? options.generation().withSetting("table_grammar", tables.tokens(TableGrammar.TAGS))
            : options.generation();
    return boxes.stream()
        .map(
            box ->
                new Question(
                    tables,
                    new Request(rows.input(box.x0(), box.y0(), box.x1(), box.y1()), generation),
                    box,
                    page.words(),
                    options.emptyCells()))
        .toList();
  }

  /**
   * A table that is to be read: what an engine answers, and what becomes of the answer. Immutable.
   *
   * @param request keeps what it needs for {@link #table}
   * @param box of the table on its page
   * @param words of the page; null: none are known
   */
  private record Question(
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
}
