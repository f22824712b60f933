package dev.deed.table;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.Ticket;
import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** The tables of a page that an engine decodes. To be waited for by one thread. */
public final class TablesInFlight {
  private final EncoderDecoderModel model;
  private final List<TableQuestion> questions;
  private final List<Ticket> tickets;

  TablesInFlight(EncoderDecoderModel model, List<TableQuestion> questions, List<Ticket> tickets) {
    this.model = model;
    this.questions = questions;
    this.tickets = tickets;
  }

  /**
   * Waits for the tables.
   *
   * @return a table for each box of the page, in their order
   * @throws InputException when a table cannot be read; the others are given up
   * @throws CancellationException when the thread is interrupted, or the engine closed
   * @throws java.util.concurrent.CompletionException of the error when the engine lacks memory
   */
  public List<PageTable> await() {
    List<PageTable> tables = new ArrayList<>();
    try {
      for (int i = 0; i < tickets.size(); i++) {
        TableQuestion question = questions.get(i);
        Generation answer = tickets.get(i).await();
        tables.add(model.internals().beside(() -> question.table(answer)));
      }
      return tables;
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, "the page is not whole; run it again");
    } finally {
      cancel(); // Those that are over stay as they are.
    }
  }

  /** Gives up what is not decoded yet. */
  public void cancel() {
    tickets.forEach(Ticket::cancel);
  }
}
