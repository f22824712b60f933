package dev.deed.table;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.decode.logits.TableGrammar;
import dev.deed.files.Interruption;
import dev.deed.processing.picture.PictureLimits;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import dev.deed.value.PageBox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Reads tables of pages with a TableFormer: rows, columns and cells, as Docling reads them. Where
 * tables stand and which words a page holds is for the caller to say. All tables, of many pages
 * too, share the batches of one engine: each leaves as it ends. Safe for use from many threads.
 */
public final class TableReader {
  /** Longer than any page takes: a request waits for its place. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private final EncoderDecoderModel model;
  private final TableModel tables;
  private final PictureReader pictures =
      new PictureReader(PictureLimits.DEFAULT, Interruption.OF_THREAD);

  private TableReader(EncoderDecoderModel model) {
    this.model = model;
    this.tables = TableModel.of(model);
  }

  /**
   * {@return a reader by a model}
   *
   * @param model stays the caller's, who closes it after the last page
   * @throws InputException when it reads no tables
   */
  public static TableReader of(EncoderDecoderModel model) {
    return new TableReader(model);
  }

  /**
   * Reads the tables of a page.
   *
   * @param page with its tables
   * @param options how they are read
   * @param engine of this reader's model; requests of others come in between
   * @return a table for each box of the page, in their order; one for a page without boxes
   * @throws InputException when the picture, a box, or an option cannot be used
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public List<PageTable> read(Page page, TableOptions options, Engine engine) {
    return begin(page, options, engine).await();
  }

  /**
   * Begins to read the tables of a page, and gives them later: pages that were begun together are
   * decoded together. Waits for places in the engine.
   *
   * @param page with its tables
   * @param options how they are read
   * @param engine of this reader's model
   * @return what gives the tables
   * @throws InputException when the picture, a box, or an option cannot be used
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public TablesInFlight begin(Page page, TableOptions options, Engine engine) {
    if (engine.model() != model) {
      throw new IllegalArgumentException("an engine of another model");
    }
    List<TableQuestion> questions = questions(page, options);
    List<Ticket> tickets = new ArrayList<>();
    try {
      for (TableQuestion question : questions) {
        tickets.add(engine.offer(question.request(), PATIENCE));
      }
    } catch (InterruptedException e) {
      tickets.forEach(Ticket::cancel);
      throw Interruption.stopped(e, "the page is not whole; run it again");
    } catch (RuntimeException | Error e) {
      tickets.forEach(Ticket::cancel);
      throw e;
    }
    return new TablesInFlight(model, questions, tickets);
  }

  /**
   * {@return what is to be asked of the model for each table of a page} Reads the page's picture,
   * on the caller's thread.
   *
   * @param page with its tables
   * @param options how they are read
   * @throws InputException when the picture or a box cannot be used
   * @throws CancellationException when the thread is interrupted
   */
  public List<TableQuestion> questions(Page page, TableOptions options) {
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
                new TableQuestion(
                    tables,
                    new Request(rows.input(box.x0(), box.y0(), box.x1(), box.y1()), generation),
                    box,
                    page.words(),
                    options.emptyCells()))
        .toList();
  }
}
