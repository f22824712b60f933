package dev.deed.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.Token;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.TableLine;
import dev.deed.data.transcript.TranscriptJson;
import dev.deed.spark.OrderedAnswers.Answer;
import dev.deed.spark.OrderedAnswers.Answering;
import dev.deed.speech.Recording;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.EngineStatus;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * A model and the engine of its requests in flight. The tasks of an executor are its clients: their
 * rows share decoder steps. Safe for use from many threads.
 */
final class SharedModel implements AutoCloseable {
  /** What errors call a line. */
  private static final String ROW = "row";

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
    private final LineColumns columns;
    private final AnswerSettings.Options options;

    private Use(LineColumns columns, AnswerSettings.Options options) {
      this.columns = columns;
      this.options = options;
      uses.incrementAndGet();
    }

    @Override
    public void check() {
      List<String> fields = new ArrayList<>(columns.fields());
      options.fields().fieldNames().forEachRemaining(fields::add);
      GenerationOptions generation = options.lines().options();
      switch (LineTask.of(model, fields)) {
        case TRANSCRIBE ->
            Transcriber.of(engine).check(transcription(options.fields(), generation));
        case TABLES, GENERATE -> engine.check(generation);
      }
    }

    @Override
    public Future<Answer> ask(Row row) {
      return threads.submit(() -> answer(row));
    }

    private Answer answer(Row row) throws InterruptedException {
      ObjectNode json = options.fields().deepCopy();
      json.setAll(columns.line(row));
      LineColumns.Column column = columns.file();
      byte[] file = column == null ? null : column.file(row);
      return switch (LineTask.of(model, columns.fields())) {
        case GENERATE -> generated(InputLine.of(ROW, json), file);
        case TABLES -> tables(InputLine.of(ROW, json), Objects.requireNonNull(file));
        case TRANSCRIBE -> transcribed(json, Objects.requireNonNull(file));
      };
    }

    private Answer generated(InputLine line, byte @Nullable [] image) throws InterruptedException {
      Input input = LineInputs.input(line);
      Ticket ticket =
          engine.submit(
              new Request(
                  image == null ? input : input.withImage(image), options.lines().of(line)));
      try {
        Generation answer = ticket.await();
        ObjectNode json = GenerationJson.object();
        GenerationJson.write(answer, false, json);
        json.remove("timing"); // A task that is repeated gives the same rows.
        return new Answer(
            RowFactory.create(
                answer.text(),
                answer.tokenIds().toArray(),
                answer.exitLayers().toArray(),
                answer.hasLogProbabilities() ? sum(answer.logProbabilities()) : null,
                answer.finish().name().toLowerCase(Locale.ROOT),
                null,
                json.toString()),
            answer.tokenIds().size(),
            answer.layersRun());
      } finally {
        ticket.cancel();
      }
    }

    private static double sum(List<Double> logProbabilities) {
      return logProbabilities.stream().mapToDouble(Double::doubleValue).sum();
    }

    private TranscriptionOptions transcription(ObjectNode json, GenerationOptions generation) {
      Fields fields = new Fields(ROW, "", json);
      String language = fields.text("language");
      String task = fields.text("task");
      SpeechTask written =
          Arrays.stream(SpeechTask.values())
              .filter(each -> each.spelling().equals(task))
              .findFirst()
              .orElse(null);
      fields.require(task == null || written != null, "task", "transcribe or translate");
      // Without times of short ones.
      return TranscriptionOptions.defaults()
          .withGeneration(generation)
          .withLanguage(language)
          .withTask(written)
          .withTimestamps(false);
    }

    private Answer transcribed(ObjectNode json, byte[] sound) {
      TranscriptionOptions settings =
          transcription(json, options.lines().of(InputLine.of(ROW, json)));
      Transcriber transcriber = Transcriber.of(engine);
      Recording read = transcriber.read(Recording.of(sound), settings);
      // A text does not say what it lacks.
      InputException.require(
          read.missingSeconds() == 0, "sound", "the sound is truncated", "give a complete file");
      Transcript transcript = transcriber.transcribe(read, settings);
      List<Token> tokens =
          transcript.segments().stream().flatMap(segment -> segment.tokens().stream()).toList();
      return new Answer(
          RowFactory.create(
              transcript.text(),
              tokens.stream().map(Token::id).toArray(),
              tokens.stream().map(Token::exitLayer).toArray(),
              sum(tokens.stream().map(Token::logProbability).toList()),
              "eos",
              null,
              TranscriptJson.verbose(transcript, true, false).toString()),
          tokens.size(),
          transcript.effort().layersRun());
    }

    private Answer tables(InputLine line, byte[] picture) throws InterruptedException {
      TableLine asked =
          TableLine.of(
              ROW,
              line,
              Page.of(picture),
              TableOptions.defaults().withGeneration(options.lines().of(line)));
      List<PageTable> tables = read(asked.page(), asked.options());
      ObjectNode json = GenerationJson.object();
      TableLine.write(tables, true, json);
      json.get("tables").forEach(table -> ((ObjectNode) table).remove("timing"));
      return new Answer(
          RowFactory.create(null, null, null, null, null, null, json.toString()),
          tables.stream().mapToLong(table -> table.answer().tokenIds().size()).sum(),
          tables.stream().mapToLong(table -> table.answer().layersRun()).sum());
    }

    private List<PageTable> read(Page page, TableOptions tables) throws InterruptedException {
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
  Use use(LineColumns columns, AnswerSettings.Options options) {
    return new Use(columns, options);
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
