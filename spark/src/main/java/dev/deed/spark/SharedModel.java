package dev.deed.spark;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.Request;
import dev.deed.Token;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.EngineStatus;
import dev.deed.value.Exit;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import dev.deed.value.Timing;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A model and the engine of its requests in flight. The tasks of an executor are its clients: their
 * rows share decoder steps. Safe for use from many threads.
 */
final class SharedModel implements AutoCloseable {
  private final Key key;
  private final EncoderDecoderModel model;
  private final Engine engine;

  /** For tables that are cut out of their pages; those of a page take it together. */
  private final Semaphore room;

  /** One for each recording and page; it waits for its requests most of the time. */
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private final AtomicInteger uses = new AtomicInteger();

  /**
   * What makes two models one: transformers that agree in it share the opened model.
   *
   * @param folder where the executor has it
   * @param precision null: as it is stored
   * @param maxRows sequences decoded at a time
   */
  record Key(Path folder, @Nullable WeightPrecision precision, int maxRows) {
    OpenOptions open(int threads) {
      return OpenOptions.defaults().withThreads(threads).withPrecision(precision);
    }
  }

  private SharedModel(Key key, EncoderDecoderModel model) {
    this.key = key;
    this.model = model;
    // Tasks bound what waits; see Use.window.
    this.engine =
        model.engine(
            EngineOptions.defaults()
                .withMaxRows(key.maxRows)
                .withMaxWaiting(EngineOptions.MOST_WAITING)
                .withMaxPromptTokens(EngineOptions.MOST_PROMPT_TOKENS)
                .withMaxNewTokens(EngineOptions.MOST_NEW_TOKENS));
    this.room = new Semaphore(2 * key.maxRows);
  }

  /**
   * Opens a model and says so on stderr, which is the executor's log.
   *
   * @throws dev.deed.value.InputException when the folder cannot be used
   */
  static SharedModel open(Key key, int threads) {
    long start = System.nanoTime();
    EncoderDecoderModel model = EncoderDecoderModel.open(key.folder, key.open(threads));
    try {
      SharedModel shared = new SharedModel(key, model);
      System.err.printf(
          "deed: opened %s (%d rows, %d threads, %.1f s)%n",
          key.folder, key.maxRows, threads, (System.nanoTime() - start) / 1e9);
      return shared;
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** A task's hold on the model. Belongs to one task, whose killer may close it too. */
  final class Use implements Answering {
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final InputColumns columns;
    private final GenerationOptions options;
    private final TranscriptionOptions transcription;
    private final TableOptions tables;

    private Use(InputColumns columns, AnswerSettings settings) {
      this.columns = columns;
      this.options = settings.options();
      this.transcription = settings.transcription();
      this.tables = settings.tables();
      uses.incrementAndGet();
    }

    @Override
    public void check() {
      if (columns.sound() != null) {
        Transcriber.of(engine).check(transcription);
        return;
      }
      if (columns.page() != null) {
        TableReader.of(engine);
      }
      engine.check(options);
    }

    @Override
    public Taken<?> ask(Row row) {
      if (columns.sound() != null) {
        Recording recording = columns.recording(row);
        return Taken.of(threads.submit(() -> new Result.Answered<>(transcribed(recording))));
      }
      if (columns.page() != null) {
        Page page = columns.page(row);
        return new Taken<>(
            threads.submit(() -> new Result.Answered<>(read(page))),
            read -> read.stream().map(PageTable::answer).toList(),
            TableStruct::of);
      }
      Request request =
          new Request(columns.input(row), options.withPrediction(columns.prediction(row)));
      return Taken.of(engine.submit(request).result());
    }

    /** The transcript as one answer. */
    private Generation transcribed(Recording recording) {
      Transcriber transcriber = Transcriber.of(engine);
      Recording read = transcriber.read(recording, transcription);
      // A row has no place to say what its text lacks.
      InputException.require(
          read.missingSeconds() == 0, "sound", "the sound is truncated", "give a complete file");
      Transcript transcript = transcriber.transcribe(read, transcription);
      List<Token> tokens =
          transcript.segments().stream().flatMap(segment -> segment.tokens().stream()).toList();
      double mean = tokens.stream().mapToDouble(Token::logProbability).average().orElse(0);
      List<List<Exit>> dropped = Collections.nCopies(tokens.size(), List.of());
      return new Generation(
          List.of(
              new GeneratedSequence(
                  transcript.text(), tokens, Finish.EOS, mean, dropped, 0, false)),
          false,
          true,
          transcript.effort(),
          null,
          new Timing(0, 0, 0));
    }

    private List<PageTable> read(Page page) throws InterruptedException {
      int taken = Math.clamp(page.tables().size(), 1, 2 * key.maxRows);
      room.acquire(taken);
      try {
        return TableReader.of(engine).read(page, tables);
      } finally {
        room.release(taken);
      }
    }

    /**
     * How many requests this task may have in flight now. All tasks together have twice the rows:
     * those that are decoded, and as many that are read and encoded meanwhile. Each has two at
     * least.
     */
    @Override
    public int window() {
      return Math.max(2, Math.ceilDiv(2 * key.maxRows, Math.max(1, uses.get())));
    }

    @Override
    public void close() {
      if (open.getAndSet(false)) {
        uses.decrementAndGet();
      }
    }
  }

  /**
   * A task's hold, for rows of such columns.
   *
   * @throws dev.deed.value.InputException when the settings are none
   */
  Use use(InputColumns columns, AnswerSettings settings) {
    return new Use(columns, settings);
  }

  Key key() {
    return key;
  }

  int uses() {
    return uses.get();
  }

  EngineStatus status() {
    return engine.status();
  }

  /** Ends all requests, then frees the weights. */
  @Override
  public void close() {
    engine.close();
    threads.close();
    model.close();
    System.err.println("deed: closed " + key.folder);
  }
}
