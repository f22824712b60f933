package dev.deed.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.OpenOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.Token;
import dev.deed.data.GenerationJson;
import dev.deed.data.InputLine;
import dev.deed.data.LineResult;
import dev.deed.data.Media;
import dev.deed.data.Task;
import dev.deed.data.TaskType;
import dev.deed.spark.OrderedAnswers.Answer;
import dev.deed.spark.OrderedAnswers.Answering;
import dev.deed.value.EngineStatus;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /** For requests: those that are decoded, and as many that are read and encoded meanwhile. */
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

    /** Since {@link #check}. */
    private @Nullable Task task;

    private Use(LineColumns columns, AnswerSettings.Options options) {
      this.columns = columns;
      this.options = options;
      uses.incrementAndGet();
    }

    @Override
    public void check() {
      List<String> fields = new ArrayList<>(columns.fields());
      options.fields().fieldNames().forEachRemaining(fields::add);
      engine.check(options.lines().options());
      TaskType type = TaskType.of(model);
      for (String field : LineFields.special(fields)) {
        InputException.require(
            type.fields().contains(field),
            "input " + field,
            "is not read by this model, " + model.card().family(),
            "leave it out, or set another model");
      }
      task = type.of(model, this::ask, options.lines());
    }

    @Override
    public Future<Answer> ask(Row row) {
      return threads.submit(() -> answer(row));
    }

    private Answer answer(Row row) {
      ObjectNode json = columns.line(row);
      for (Map.Entry<String, JsonNode> usual : options.fields().properties()) {
        if (!json.hasNonNull(usual.getKey())) {
          json.set(usual.getKey(), usual.getValue());
        }
      }
      InputLine line = InputLine.of(ROW, json);
      LineColumns.Column column = columns.file();
      if (column != null) {
        line = line.with(column.field(), new Media.InMemory(column.file(row)));
      }
      Task.UnderWay work = Objects.requireNonNull(task).begin(line);
      try {
        return answer(work.result());
      } finally {
        work.cancel();
      }
    }

    /** All requests of all rows take turns: a page may have many. */
    private Ticket ask(Request request) throws InterruptedException {
      room.acquire();
      try {
        Ticket ticket = engine.submit(request);
        ticket.result().whenComplete((_, _) -> room.release());
        return ticket;
      } catch (RuntimeException | Error e) {
        room.release();
        throw e;
      }
    }

    private static Answer answer(LineResult result) {
      ObjectNode json = GenerationJson.object();
      result.write(false, json);
      // A task that is repeated gives the same rows.
      json.findParents("timing").forEach(each -> ((ObjectNode) each).remove("timing"));
      List<Token> tokens = result.tokens();
      return new Answer(
          RowFactory.create(
              json.path("text").textValue(),
              tokens == null ? null : tokens.stream().map(Token::id).toArray(),
              tokens == null ? null : tokens.stream().map(Token::exitLayer).toArray(),
              tokens == null ? null : logProbability(tokens),
              tokens == null ? null : json.path("finish").asText("eos"),
              null,
              json.toString()),
          result.cost().tokens(),
          result.cost().layersRun());
    }

    /** Null where none was asked for. */
    private static @Nullable Double logProbability(List<Token> tokens) {
      double sum = tokens.stream().mapToDouble(Token::logProbability).sum();
      return Double.isNaN(sum) ? null : (Double) sum;
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
