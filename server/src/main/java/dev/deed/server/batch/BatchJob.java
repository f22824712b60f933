package dev.deed.server.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.LineSource;
import dev.deed.files.IoReason;
import dev.deed.server.http.ApiException;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One batch under way. Its lines are numbered, and each gets one line in one of its two files, with
 * that number: what has one is not asked again. Its own thread reads lines; each is answered on
 * another, when its turn has come.
 */
final class BatchJob {
  private static final int MOST_LINES = 50_000;
  private static final int MOST_ERRORS = 20;
  private static final long AGAIN_MILLIS = 1000;
  private static final long MOST_FAREWELL_MILLIS = 5000;
  private static final String CANCELLING = "cancelling";
  private static final List<String> LATER =
      List.of("errors", "output_file_id", "error_file_id", "in_progress_at", "finalizing_at");

  private final String id;
  private final String owner;
  private final String url;
  private final long expires;
  private final ObjectNode batch;
  private final Client client;
  private final Batches batches;
  private final ExecutorService lines =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("deed-batch-line-", 0).factory());
  private final Thread thread =
      Thread.ofPlatform().daemon().name("deed-batch").unstarted(this::run);

  /** Numbers of lines that have one; guarded by this, as what is written. */
  private final BitSet done = new BitSet();

  /** Why it cannot go on; null: it can. */
  private volatile @Nullable ApiException failure;

  BatchJob(ObjectNode batch, Batches batches) {
    this.id = batch.path("id").asText();
    this.owner = StoredObjects.owner(batch);
    this.url = batch.path("endpoint").asText();
    this.expires = batch.path("expires_at").asLong();
    this.batch = batch;
    this.client = batches.client(owner);
    this.batches = batches;
  }

  /** Adds what a new batch says of itself. */
  static void begin(ObjectNode batch, long expires, int seconds) {
    batch.put("object", "batch").put("status", "validating").put("expires_at", expires);
    LATER.forEach(batch::putNull);
    batch.putObject("request_counts").put("total", 0).put("completed", 0).put("failed", 0);
    // Known beforehand, so that a later run of the server finds them.
    StoredObjects.own(batch)
        .put("output", StoredObjects.id(StoredObjects.FILE))
        .put("error", StoredObjects.id(StoredObjects.FILE))
        .put("seconds", seconds);
  }

  static String outputId(ObjectNode batch) {
    return StoredObjects.own(batch).path("output").asText();
  }

  static String errorId(ObjectNode batch) {
    return StoredObjects.own(batch).path("error").asText();
  }

  void start() {
    thread.start();
  }

  /** Gives up what is decoded now: the batch is cancelled. */
  void giveUp() {
    lines.shutdownNow();
  }

  /** Waits for its end, once the server stops and models are closed. */
  void await() throws InterruptedException {
    thread.join(MOST_FAREWELL_MILLIS);
  }

  private ObjectNode current() {
    return batches.objects().get(StoredObjects.BATCH, owner, id);
  }

  private boolean isCancelled() {
    return current().path("status").asText().equals(CANCELLING);
  }

  private boolean isLate() {
    return Batches.seconds() >= expires;
  }

  private boolean ends() {
    return failure != null || batches.isStopping() || isLate() || isCancelled();
  }

  private void run() {
    try {
      if (isValid()) {
        answerAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ApiException e) {
      fail(e);
    } catch (IOException e) {
      fail(storage(IoReason.of(e)));
    } catch (InputException e) {
      fail(storage("they cannot be written"));
    } catch (RuntimeException | Error e) {
      batches.failed(id, e);
      fail(ApiException.ofStatus(500, "internal error"));
    } finally {
      lines.shutdownNow();
      batches.over(id);
    }
  }

  private void fail(ApiException why) {
    try {
      end("failed", why, null, null);
    } catch (ApiException e) {
      // Nothing can be written; what clients see says it all the same.
      batches.failed(id, e);
    }
  }

  private static ApiException storage(String why) {
    return ApiException.badRequest("files of the batch: " + why, null, "storage_failed");
  }

  private LineSource input() throws IOException {
    String input = batch.path("input_file_id").asText();
    return new LineSource(
        new FileInputStream(batches.files().path(input).toFile()), BatchLine.MOST_BYTES);
  }

  /** Looks at all lines before one is answered, unless an earlier run of the server did. */
  private boolean isValid() throws IOException, InterruptedException {
    if (!current().path("status").asText().equals("validating")) {
      return true;
    }
    if (!batches.take(owner, this::ends)) {
      return !batches.isStopping();
    }
    int total = 0;
    ArrayNode wrong = JsonNodeFactory.instance.arrayNode();
    try (LineSource source = input()) {
      Set<String> ids = new HashSet<>();
      for (byte[] line = source.next();
          line != null && wrong.size() < MOST_ERRORS;
          line = source.next()) {
        if (BatchLine.isBlank(line, source)) {
          continue;
        }
        total++;
        try {
          ApiException.require(total <= MOST_LINES, "the file", "has more than 50000 lines");
          ApiException.require(
              ids.add(BatchLine.parse(line, source, url).customId()), "custom_id", "comes twice");
        } catch (ApiException e) {
          wrong.add(error(e).put("line", source.number()));
        }
      }
    } finally {
      batches.give();
    }
    if (total == 0) {
      wrong.add(error(ApiException.badRequest("the file holds no line", null, "empty_file")));
    }
    int all = total;
    change(
        wrong.isEmpty() ? "in_progress" : "failed",
        now -> {
          now.withObject("/request_counts").put("total", all);
          if (!wrong.isEmpty()) {
            now.putObject("errors").put("object", "list").set("data", wrong);
          }
        });
    return wrong.isEmpty();
  }

  private static ObjectNode error(ApiException e) {
    ObjectNode error = e.json().withObject("/error");
    error.remove("type");
    return error.putNull("line");
  }

  private void answerAll() throws IOException, InterruptedException {
    try (AnswerFile output = AnswerFile.open(batches.files().path(outputId(batch)), done);
        AnswerFile refused = AnswerFile.open(batches.files().path(errorId(batch)), done)) {
      batches.files().count(owner, output.bytes() + refused.bytes());
      Answers answers = new Answers(output, refused);
      count(answers);
      try (LineSource source = input();
          ExecutorService all = lines) {
        while (batches.take(owner, this::ends)) {
          BatchLine line = next(source);
          if (line == null) {
            batches.give();
            break;
          }
          int number = (int) source.number();
          try {
            all.execute(() -> answer(number, line, answers));
          } catch (RejectedExecutionException e) {
            batches.give();
          }
        }
      }
      conclude(answers);
    }
  }

  private record Answers(AnswerFile output, AnswerFile refused) {}

  /** The next line that has no answer; null after the last. */
  private @Nullable BatchLine next(LineSource source) throws IOException {
    for (byte[] line = source.next(); line != null; line = source.next()) {
      if (!BatchLine.isBlank(line, source) && !isDone((int) source.number())) {
        return BatchLine.parse(line, source, url);
      }
    }
    return null;
  }

  private synchronized boolean isDone(int number) {
    return done.get(number);
  }

  private void answer(int number, BatchLine line, Answers answers) {
    try {
      while (!ends()) {
        try {
          Duration left = Duration.ofSeconds(Math.max(1, expires - Batches.seconds()));
          // Readers take apart what they read.
          ObjectNode body = line.body().deepCopy();
          write(number, line, 200, batches.answerer().answer(url, body, client, left), answers);
          return;
        } catch (ApiException e) {
          if (e.status() != 429 && e.status() < 503) {
            write(number, line, e.status(), e.json(), answers);
            return;
          }
          Thread.sleep(AGAIN_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      // Given up; whoever cancelled the batch sees that the line gets its error.
      return;
    } catch (RuntimeException | Error e) {
      batches.failed(id, e);
      write(number, line, 500, ApiException.ofStatus(500, "internal error").json(), answers);
    } finally {
      batches.give();
    }
  }

  private synchronized void write(
      int number, BatchLine line, int status, ObjectNode answer, Answers answers) {
    byte[] bytes = line.answered(requestId(number), status, answer, null);
    if (failure != null) {
      return;
    }
    if (!batches.files().take(owner, bytes.length)) {
      failure = ApiException.badRequest("your files take up all bytes", null, "quota_exceeded");
      return;
    }
    try {
      (status == 200 ? answers.output : answers.refused).write(bytes);
      done.set(number);
      count(answers);
    } catch (IOException e) {
      batches.files().count(owner, -bytes.length);
      failure = storage(IoReason.of(e));
    }
  }

  private String requestId(int number) {
    return id.replace("_", "_req_") + "_" + number;
  }

  private void count(Answers answers) {
    batches
        .objects()
        .change(
            id,
            false,
            now ->
                now.withObject("/request_counts")
                    .put("completed", answers.output.lines())
                    .put("failed", answers.refused.lines()));
  }

  /** Gives the files their names where all is done, or nothing more will be. */
  private void conclude(Answers answers) throws IOException {
    int total = current().path("request_counts").path("total").asInt();
    boolean cancelled = isCancelled();
    boolean whole = total > 0 && done.cardinality() == total;
    if (failure == null && !cancelled && !whole && !isLate()) {
      // The server stops, and goes on with it when it is started again.
      return;
    }
    String end =
        failure != null ? "failed" : cancelled ? "cancelled" : whole ? "completed" : "expired";
    if (failure == null && total > 0 && !whole) {
      giveUpRest(answers, "batch_" + end);
    }
    change("finalizing", _ -> {});
    answers.output.finish();
    answers.refused.finish();
    end(
        end,
        failure,
        keep(outputId(batch), "output", answers.output),
        keep(errorId(batch), "error", answers.refused));
  }

  private void giveUpRest(Answers answers, String code) throws IOException {
    ObjectNode error = JsonNodeFactory.instance.objectNode().put("code", code);
    error.put("message", "the batch ended before this request was answered");
    try (LineSource source = input()) {
      for (BatchLine line = next(source); line != null; line = next(source)) {
        byte[] bytes = line.answered(requestId((int) source.number()), 0, null, error);
        batches.files().count(owner, bytes.length);
        answers.refused.write(bytes);
      }
    }
    count(answers);
  }

  private @Nullable String keep(String file, String what, AnswerFile answers) {
    if (answers.lines() == 0) {
      return null;
    }
    String name = id + "_" + what + ".jsonl";
    batches
        .files()
        .keep(file, owner, name, answers.bytes(), StoredObjects.own(batch).path("seconds").asInt());
    return file;
  }

  private void end(
      String status,
      @Nullable ApiException why,
      @Nullable String output,
      @Nullable String refused) {
    change(
        status,
        now -> {
          now.put("output_file_id", output).put("error_file_id", refused);
          if (why != null) {
            ArrayNode data = now.putObject("errors").put("object", "list").putArray("data");
            data.add(error(why));
          }
        });
  }

  /** Goes on to another status, from which one that is cancelled only ends. */
  private void change(String status, Consumer<ObjectNode> more) {
    batches
        .objects()
        .change(
            id,
            true,
            now -> {
              boolean cancelled = now.path("status").asText().equals(CANCELLING);
              String next =
                  !cancelled || status.equals("failed")
                      ? status
                      : Batches.OVER.contains(status) ? "cancelled" : CANCELLING;
              if (!next.equals(CANCELLING)) {
                now.put("status", next).put(next + "_at", Batches.seconds());
              }
              more.accept(now);
            });
  }
}
