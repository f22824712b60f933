package dev.deed.spark;

import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.speech.Recording;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.value.Result;
import java.util.List;
import java.util.concurrent.Future;

/** What answers the requests of a task: its hold on the executor's model. Belongs to one task. */
interface Answering extends AutoCloseable {
  /**
   * Checks options without an input.
   *
   * @throws dev.deed.value.InputException when they do not suit the model
   */
  void check(GenerationOptions options);

  /**
   * Takes a request.
   *
   * @return what becomes of it, as {@link dev.deed.Ticket#result} says; cancelling it cancels the
   *     request
   * @throws dev.deed.value.InputException when its settings do not suit the model
   * @throws dev.deed.EngineFullException when the model is closed
   */
  Future<Result<Generation>> ask(Request request);

  /**
   * Checks options of transcriptions without a recording.
   *
   * @throws dev.deed.value.InputException when they do not suit the model, or it takes no sound
   */
  void check(TranscriptionOptions options);

  /**
   * Takes a recording.
   *
   * @return what becomes of it, as one answer with the tokens of all segments; cancelling it stops
   *     the transcription
   */
  Future<Result<Generation>> ask(Recording recording, TranscriptionOptions options);

  /**
   * Checks options of tables without a page.
   *
   * @throws dev.deed.value.InputException when they do not suit the model, or it reads no tables
   */
  void check(TableOptions options);

  /**
   * Takes a page.
   *
   * @return what becomes of it; cancelling it gives up its tables
   */
  Future<Result<List<PageTable>>> ask(Page page, TableOptions options);

  /** How many requests the task may have in flight now, at least 1. */
  int window();

  /** Releases the model. A second call does nothing. */
  @Override
  void close();
}
