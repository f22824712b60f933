package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.server.http.ApiException;
import dev.deed.value.Client;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Batches of clients, all of which go on beside each other. Safe for use from many threads. */
public final class Batches implements AutoCloseable {
  static final Set<String> OVER = Set.of("failed", "completed", "expired", "cancelled");
  private static final Duration WINDOW = Duration.ofHours(24);

  /** Batches of a client under way, and requests of all of them. */
  private static final int MOST_AT_ONCE = 8;

  private static final long LOOK_MILLIS = 500;
  private static final long MOST_FAREWELL_MILLIS = 5000;

  final FileStore files;
  final Service service;
  private final Map<String, Client> clients;
  private final Map<String, GenerationEndpoint> answering;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE, true);
  private final Map<String, BatchJob> jobs = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /**
   * Opens a folder, and makes it where it is missing.
   *
   * @param mostBytes that it may hold
   * @param clients those with names, by these; all others are one
   * @throws dev.deed.value.InputException when it cannot be used, or another server uses it
   */
  public Batches(Path folder, long mostBytes, Map<String, Client> clients, Service service) {
    this.clients = clients;
    this.service = service;
    this.answering = GenerationEndpoint.all(service);
    this.files = new FileStore(folder, mostBytes);
  }

  /** Goes on with what an earlier run of the server left. */
  public void begin() {
    files.all(FileStore.BATCH).reversed().forEach(this::run);
  }

  private void run(ObjectNode batch) {
    if (!isOver(batch) && !stopping) {
      jobs.computeIfAbsent(
          FileStore.id(batch),
          id -> {
            BatchJob job = new BatchJob(batch, this);
            job.thread.start();
            return job;
          });
    }
  }

  void ended(BatchJob job) {
    jobs.values().remove(job);
  }

  private static boolean isOver(ObjectNode batch) {
    return OVER.contains(batch.path("status").asText());
  }

  /** Whose files a client sees: its own where its key has a name, else those of all without. */
  String owner(Client client) {
    return clients.containsKey(client.name()) ? client.name() : "";
  }

  Set<String> urls() {
    return answering.keySet();
  }

  /** Answers a request; all that others wait for goes before it. */
  ObjectNode answer(String url, ObjectNode body, String owner, Duration time)
      throws InterruptedException {
    Client client = clients.getOrDefault(owner, Client.ANYONE);
    return Objects.requireNonNull(answering.get(url))
        .answer(body, new Client(owner, client.share(), -Client.MOST, client.mostRows()), time);
  }

  /**
   * Begins a batch.
   *
   * @param asked of what the client has checked
   * @throws ApiException 404 when it has no input, 429 where the client has too many
   */
  synchronized ObjectNode create(String owner, ObjectNode asked) {
    files.get(FileStore.FILE, owner, asked.path("input_file_id").asText());
    if (files.all(FileStore.BATCH, owner).stream().filter(one -> !isOver(one)).count()
        >= MOST_AT_ONCE) {
      throw ApiException.full("queue_full", "eight batches of yours are under way", WINDOW);
    }
    String id = FileStore.newId(FileStore.BATCH);
    ObjectNode batch = FileStore.object(id, "batch", owner, WINDOW.toSeconds());
    batch.setAll(asked);
    BatchJob.prepare(batch);
    // Its files find room in any case.
    files.add(batch, 2 * FileStore.OBJECT_BYTES);
    run(batch);
    return batch;
  }

  /**
   * Ends a batch before its time.
   *
   * @throws ApiException 404 when there is no such batch, 400 when it is over
   */
  ObjectNode cancel(String owner, String id) {
    ObjectNode batch =
        files.change(
            files.get(FileStore.BATCH, owner, id),
            true,
            now -> {
              if (isOver(now)) {
                throw ApiException.badRequest("the batch is over", null);
              }
              now.put("status", "cancelling").put("cancelling_at", FileStore.now());
            });
    BatchJob job = jobs.get(id);
    if (job != null) {
      job.lines.shutdownNow();
    }
    return batch;
  }

  /** Waits for room for one more request; false where its batch ends before. */
  boolean take(BooleanSupplier ends) throws InterruptedException {
    while (!ends.getAsBoolean()) {
      if (room.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  void give() {
    room.release();
  }

  /** Begins no more requests; those under way are written when they are answered. */
  public void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** Waits for the end of what runs; the next run of the server goes on with it. */
  @Override
  public void close() {
    stop();
    try {
      for (BatchJob job : jobs.values()) {
        job.thread.join(MOST_FAREWELL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    files.close();
  }
}
