package dev.deed.spark;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.Request;
import dev.deed.speech.Recording;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.EngineStatus;
import dev.deed.value.Result;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A model and the engine of its requests in flight. The tasks of an executor are its clients: their
 * rows share decoder steps. Safe for use from many threads.
 */
final class SharedModel implements AutoCloseable {
  private final Key key;
  private final EncoderDecoderModel model;
  private final Engine engine;
  private final SharedTranscriber transcriber;

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
    this.transcriber = new SharedTranscriber(engine);
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

    private Use() {
      uses.incrementAndGet();
    }

    @Override
    public void check(GenerationOptions options) {
      engine.check(options);
    }

    @Override
    public void check(TranscriptionOptions options) {
      transcriber.check(options);
    }

    @Override
    public Future<Result<Generation>> ask(Recording recording, TranscriptionOptions options) {
      return threads.submit(
          () -> new Result.Answered<>(transcriber.transcribe(recording, options)));
    }

    @Override
    public void check(TableOptions options) {
      TableReader.of(model);
      engine.check(options.generation());
    }

    @Override
    public Future<Result<List<PageTable>>> ask(Page page, TableOptions options) {
      int tables = Math.clamp(page.tables().size(), 1, 2 * key.maxRows);
      return threads.submit(
          () -> {
            room.acquire(tables);
            try {
              return new Result.Answered<>(TableReader.of(model).read(page, options, engine));
            } finally {
              room.release(tables);
            }
          });
    }

    @Override
    public Future<Result<Generation>> ask(Request request) {
      return engine.submit(request).result();
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

  Use use() {
    return new Use();
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
