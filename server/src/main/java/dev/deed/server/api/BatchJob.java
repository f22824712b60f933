package dev.deed.server.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.data.LineSource;
import dev.deed.files.LinesFile;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.StrictJson;
import dev.deed.value.InputException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A batch under way. Each line of its input gets one line in one of two files, with its number: a
 * later run of the server sees what is left. One thread reads, others wait for answers.
 */
final class BatchJob {
  private static final int MOST_LINES = 50_000;
  private static final int MOST_ERRORS = 20;
  private static final int MOST_LINE_BYTES = 8 << 20;
  private static final int LONGEST_ID = 256;
  private static final long AGAIN_MILLIS = 500;
  private static final int MOST_PAUSES = 32;
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String COUNTS = "/request_counts";

  /** What becomes of requests, as they are counted, and the file of each kind. */
  private static final List<String> KINDS = List.of("completed", "failed");

  private static final List<String> FILES = List.of("output_file_id", "error_file_id");

  final Thread thread = Thread.ofPlatform().daemon().name("deed-batch").unstarted(this::run);

  /** Wait for answers; interrupted to leave them. */
  final Set<Thread> lines = ConcurrentHashMap.newKeySet();

  private final ObjectNode batch;
  private final String url;
  private final Batches batches;

  /** Guarded by this, as the next two. */
  private final BitSet done = new BitSet();

  private final int[] counts = new int[2];
  private final LinesFile[] files = new LinesFile[2];
  private volatile @Nullable ApiException failure;

  /** Names of models whose lines wait for the next pass: they are full, or not loaded. */
  private final Set<String> resting = ConcurrentHashMap.newKeySet();

  BatchJob(ObjectNode batch, Batches batches) {
    this.batch = batch;
    this.url = batch.path("endpoint").asText();
    this.batches = batches;
  }

  /** Adds what a new batch says of itself. */
  static void prepare(ObjectNode batch) {
    batch.put("status", "validating").putNull("errors").putObject("request_counts").put("total", 0);
    for (int i = 0; i < FILES.size(); i++) {
      batch.putNull(FILES.get(i)).withObject(COUNTS).put(KINDS.get(i), 0);
      FileStore.own(batch).put(FILES.get(i), FileStore.newId(FileStore.FILE));
    }
  }

  private String fileId(int file) {
    return FileStore.own(batch).path(FILES.get(file)).asText();
  }

  private boolean is(String status) {
    return batches.files.current(batch).path("status").asText().equals(status);
  }

  private boolean isLate() {
    return FileStore.now() >= batch.path("expires_at").asLong();
  }

  private boolean ends() {
    return failure != null || batches.stopping || isLate() || is("cancelling");
  }

  /** Waits for a place for one more request; false where the batch ends before. */
  private boolean take() throws InterruptedException {
    while (!ends()) {
      if (batches.room.tryAcquire(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  private void run() {
    try {
      if (!is("validating") || isValid()) {
        answerAll();
      }
    } catch (InterruptedException | IOException | RuntimeException | Error e) {
      batches.service.meters().failed(FileStore.id(batch), e);
      move("failed", List.of(ApiException.ofStatus(500, "the batch cannot go on").json()));
    } finally {
      batches.jobs.remove(FileStore.id(batch));
    }
  }

  /** A request, whose id is its client's. */
  private record Line(long number, String id, ObjectNode body) {
    String model() {
      return body.path("model").asText();
    }
  }

  private LineSource input() throws IOException {
    Path input = batches.files.content(batch.path("input_file_id").asText());
    return new LineSource(new FileInputStream(input.toFile()), MOST_LINE_BYTES);
  }

  /** The next line that has no answer, null after the last; 400 for one that is no request. */
  private @Nullable Line next(LineSource source) throws IOException {
    byte[] text = source.next();
    while (text != null
        && (isDone(source.number())
            || !source.tooLong() && new String(text, StandardCharsets.UTF_8).isBlank())) {
      text = source.next();
    }
    if (text == null) {
      return null;
    }
    ApiException.require(!source.tooLong(), "line", "is longer than 8 MiB");
    try {
      Fields fields = new Fields("line", "", StrictJson.parse(text, _ -> {}));
      String id = fields.text("custom_id");
      ApiException.require("POST".equals(fields.text("method")), "method", "is not POST");
      ApiException.require(url.equals(fields.text("url")), "url", "is not the batch's " + url);
      ObjectNode body = fields.object("body");
      if (id == null || id.isEmpty() || id.length() > LONGEST_ID || body == null) {
        throw ApiException.badRequest(
            "the line needs a custom_id of 1 to 256 characters, a body", null);
      }
      return new Line(source.number(), id, body);
    } catch (InputException e) {
      throw ApiException.of(e);
    }
  }

  private synchronized boolean isDone(long number) {
    return done.get((int) number);
  }

  private synchronized int done() {
    return done.cardinality();
  }

  /** Looks at all lines before the first is answered. */
  private boolean isValid() throws IOException, InterruptedException {
    if (!take()) {
      return !batches.stopping;
    }
    Set<String> ids = new HashSet<>();
    List<ObjectNode> wrong = new ArrayList<>();
    try (LineSource source = input()) {
      for (boolean more = true; more && wrong.size() < MOST_ERRORS; ) {
        try {
          Line line = next(source);
          more = line != null;
          ApiException.require(line == null || ids.add(line.id), "custom_id", "comes twice");
          ApiException.require(ids.size() <= MOST_LINES, "input_file_id", "has over 50000 lines");
          ApiException.require(
              more || !ids.isEmpty() || !wrong.isEmpty(), "input_file_id", "is empty");
        } catch (ApiException e) {
          ObjectNode json = e.json();
          json.withObject("/error").put("line", source.number());
          wrong.add(json);
        }
      }
    } finally {
      batches.room.release();
    }
    batches.files.change(batch, false, now -> now.withObject(COUNTS).put("total", ids.size()));
    move(wrong.isEmpty() ? "in_progress" : "failed", wrong);
    return wrong.isEmpty();
  }

  private void answerAll() throws IOException, InterruptedException {
    try (LinesFile output = open(0);
        LinesFile refused = open(1)) {
      files[0] = output;
      files[1] = refused;
      batches.files.change(batch, false, this::putCounts);
      int before = done();
      for (int pauses = 1; pass(); before = done()) {
        pauses = done() > before ? 1 : Math.min(MOST_PAUSES, 2 * pauses);
        for (int i = 0; i < pauses && !ends(); i++) {
          Thread.sleep(AGAIN_MILLIS);
        }
      }
      conclude();
    }
  }

  /**
   * Goes through the lines without an answer, whether to do so once more. Those of a model that
   * refuses one keep no place meanwhile, and come in their order the next time.
   */
  private boolean pass() throws IOException, InterruptedException {
    resting.clear();
    try (LineSource source = input()) {
      for (Line line = next(source); line != null && !ends(); line = next(source)) {
        Line asked = line;
        if (!resting.contains(asked.model()) && take()) {
          Thread asking = Thread.ofPlatform().daemon().unstarted(() -> answer(asked));
          lines.add(asking);
          asking.start();
        }
      }
    } finally {
      for (Thread asking : lines) {
        asking.join();
      }
    }
    return !resting.isEmpty() && !ends();
  }

  /** Begins a file, or goes on with what an earlier run of the server wrote. */
  private LinesFile open(int file) throws IOException {
    Path target = batches.files.content(fileId(file));
    List<Path> left = Files.exists(target) ? List.of(target) : LinesFile.leftovers(target);
    if (left.isEmpty()) {
      return LinesFile.begin(target, false);
    }
    Path path = left.getFirst();
    long length = 0;
    try (LineSource source =
        new LineSource(new FileInputStream(path.toFile()), Integer.MAX_VALUE - 64)) {
      for (byte[] line = source.next(); line != null && source.ended(); line = source.next()) {
        String id = MAPPER.readTree(line).path("id").asText();
        done.set(Integer.parseInt(id.substring(id.lastIndexOf('_') + 1)));
        counts[file]++;
        length = source.position();
      }
    }
    return LinesFile.goOn(path, target, length);
  }

  /** Waits for an answer and writes it. */
  private void answer(Line line) {
    // Readers take apart what they read.
    String model = line.model();
    try {
      long left = batch.path("expires_at").asLong() - FileStore.now();
      if (!ends()) {
        write(line, 200, batches.answer(batch, line.body, Duration.ofSeconds(left + 1)), null);
      }
    } catch (ApiException e) {
      if (e.status() == 429 || e.status() >= 503) {
        resting.add(model);
      } else {
        write(line, e.status(), e.json(), null);
      }
    } catch (RuntimeException | Error e) {
      if (!ends()) {
        batches.service.meters().failed(FileStore.id(batch), e);
        write(line, 500, ApiException.ofStatus(500, "internal error").json(), null);
      }
    } catch (InterruptedException e) {
      // The batch is cancelled, which its error file says of the line.
    } finally {
      lines.remove(Thread.currentThread());
      batches.room.release();
    }
  }

  /** Writes the one line of a request: the body of its answer, or why there is none. */
  private synchronized void write(
      Line line, int status, @Nullable ObjectNode body, @Nullable ObjectNode error) {
    String id = FileStore.id(batch).replace("_", "_req_") + "_" + line.number;
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", id).put("custom_id", line.id);
    if (body == null) {
      json.putNull("response");
    } else {
      json.putObject("response").put("status_code", status).put("request_id", id).set("body", body);
    }
    byte[] text = (json.set("error", error) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      if (failure == null && !batches.files.take(batch, text.length)) {
        failure = FileStore.full();
      }
      if (failure == null) {
        int file = status == 200 ? 0 : 1;
        files[file].write(text);
        done.set((int) line.number);
        counts[file]++;
        batches.service.meters().batchLine(KINDS.get(file));
        batches.files.change(batch, false, this::putCounts);
      }
    } catch (IOException e) {
      failure = ApiException.ofStatus(500, "the batch's files cannot be written");
    }
  }

  private void putCounts(ObjectNode now) {
    for (int i = 0; i < FILES.size(); i++) {
      now.withObject(COUNTS).put(KINDS.get(i), counts[i]);
    }
  }

  /** Gives the files their names where all is done, or nothing more will be. */
  private void conclude() throws IOException {
    boolean cancelled = is("cancelling");
    int total = batches.files.current(batch).at(COUNTS + "/total").asInt();
    boolean whole = total > 0 && done() == total;
    if (failure == null && !cancelled && !whole && !isLate()) {
      // The server stops; its next run goes on.
      return;
    }
    if (total > 0 && !whole) {
      ObjectNode error = JsonNodeFactory.instance.objectNode();
      error.put("code", cancelled ? "batch_cancelled" : "batch_expired");
      error.put("message", "the batch ended before this request was answered");
      try (LineSource source = input()) {
        for (Line line = next(source); line != null && failure == null; line = next(source)) {
          write(line, 0, null, error);
        }
      }
    }
    move("finalizing", List.of());
    for (int i : new int[] {0, 1}) {
      if (counts[i] > 0) {
        files[i].finish();
        String name = FileStore.id(batch) + (i == 0 ? "_output.jsonl" : "_error.jsonl");
        String owner = FileStore.owner(batch);
        keep(() -> batches.files.file(fileId(i), owner, "batch_output", name, null));
        batches.files.change(batch, false, now -> now.put(FILES.get(i), fileId(i)));
      }
    }
    ApiException why = failure;
    String end = why != null ? "failed" : whole ? "completed" : "expired";
    move(end, why == null ? List.of() : List.of(why.json()));
  }

  /** Where the disk is full, the next run of the server goes on as if it had not been. */
  private void keep(Runnable change) {
    try {
      change.run();
    } catch (ApiException e) {
      batches.service.meters().failed(FileStore.id(batch), e);
    }
  }

  /** Goes on to another status; a batch that is cancelled stays so to its end. */
  private void move(String status, List<ObjectNode> errors) {
    Consumer<ObjectNode> change =
        now -> {
          boolean cancelled = now.path("status").asText().equals("cancelling");
          if (!cancelled || Batches.OVER.contains(status)) {
            String next = cancelled && !status.equals("failed") ? "cancelled" : status;
            now.put("status", next).put(next + "_at", FileStore.now());
          }
          if (!errors.isEmpty()) {
            ArrayNode data = now.putObject("errors").put("object", "list").putArray("data");
            errors.forEach(error -> data.add(error.path("error")));
          }
        };
    keep(() -> batches.files.change(batch, true, change));
  }
}
