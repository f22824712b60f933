package dev.deed.server.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.IoReason;
import dev.deed.files.TargetLock;
import dev.deed.server.http.ApiException;
import dev.deed.server.serving.FileFolder;
import dev.deed.server.serving.ServingMeters;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Batches of requests in files of a folder. All that are under way go on beside each other: those
 * of a client share its turns, and clients take turns. Safe for use from many threads.
 */
public final class Batches implements AutoCloseable {
  /** What a batch may be at, as OpenAI says it. */
  public static final List<String> STATUSES =
      List.of(
          "validating",
          "failed",
          "in_progress",
          "finalizing",
          "completed",
          "expired",
          "cancelling",
          "cancelled");

  static final Set<String> OVER = Set.of("failed", "completed", "expired", "cancelled");
  private static final Duration WINDOW = Duration.ofHours(24);

  /** Of a client, under way. */
  private static final int MOST_UNDER_WAY = 100;

  private static final int MOST_KEPT = 10_000;
  private static final long LOOK_MILLIS = 500;

  private final TargetLock lock;
  private final StoredObjects objects;
  private final FileStore files;
  private final Map<String, Client> clients;
  private final LineAnswerer answerer;
  private final ServingMeters meters;
  private final Semaphore room;
  private final Map<String, Semaphore> turns = new ConcurrentHashMap<>();
  private final Map<String, BatchJob> jobs = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  private Batches(
      TargetLock lock,
      FileFolder folder,
      Map<String, Client> clients,
      LineAnswerer answerer,
      ServingMeters meters)
      throws IOException {
    this.lock = lock;
    this.clients = clients;
    this.answerer = answerer;
    this.meters = meters;
    this.room = new Semaphore(folder.mostAtOnce(), true);
    objects = new StoredObjects(folder.path(), meters::tell);
    Set<String> written = new HashSet<>();
    for (ObjectNode batch : unfinished()) {
      written.add(BatchJob.outputId(batch));
      written.add(BatchJob.errorId(batch));
    }
    files = new FileStore(objects, folder.mostBytes(), written);
    STATUSES.forEach(status -> meters.batches(status, () -> count(status)));
  }

  /**
   * Opens a folder, and makes it where it is missing.
   *
   * @param clients those with names, by these; all others are one
   * @throws InputException when it cannot be used, or another server does
   */
  public static Batches open(
      FileFolder folder, Map<String, Client> clients, LineAnswerer answerer, ServingMeters meters) {
    TargetLock lock = TargetLock.on(folder.path().resolve("batches"));
    try {
      return new Batches(lock, folder, clients, answerer, meters);
    } catch (IOException e) {
      lock.close();
      throw new InputException(
          folder.path().toString(),
          "cannot be read (" + IoReason.of(e) + ")",
          "give a folder that this user may read and write");
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Goes on with what an earlier run of the server left, once models are open. */
  public void begin() {
    unfinished().reversed().forEach(this::run);
  }

  private List<ObjectNode> unfinished() {
    return objects.all(StoredObjects.BATCH).stream().filter(batch -> !isOver(batch)).toList();
  }

  static boolean isOver(ObjectNode batch) {
    return OVER.contains(batch.path("status").asText());
  }

  private void run(ObjectNode batch) {
    String id = batch.path("id").asText();
    BatchJob job = new BatchJob(batch, this);
    if (!stopping && jobs.putIfAbsent(id, job) == null) {
      job.start();
    }
  }

  /** A job has ended. */
  void over(String id) {
    jobs.remove(id);
  }

  /** Whose objects a client sees: its own where its key has a name, else those of all. */
  public String owner(Client client) {
    return clients.containsKey(client.name()) ? client.name() : "";
  }

  /** As whom the engine takes a client's batches: all others go first. */
  Client client(String owner) {
    Client client = clients.getOrDefault(owner, Client.ANYONE);
    return new Client(owner, client.share(), -Client.MOST, client.mostRows());
  }

  public FileStore files() {
    return files;
  }

  /**
   * Begins a batch.
   *
   * @param asked its {@code input_file_id}, {@code endpoint}, {@code completion_window} and {@code
   *     metadata}, checked
   * @param seconds that its files are kept
   * @throws ApiException 400 when there is no such file, 429 when the client has too many batches
   */
  public ObjectNode create(String owner, ObjectNode asked, int seconds) {
    files.expire();
    try {
      objects.get(StoredObjects.FILE, owner, asked.path("input_file_id").asText());
    } catch (ApiException e) {
      throw ApiException.badRequest("input_file_id: there is no such file", "input_file_id");
    }
    ObjectNode batch;
    synchronized (this) {
      List<ObjectNode> own = objects.all(StoredObjects.BATCH, owner);
      if (own.size() >= MOST_KEPT
          || own.stream().filter(one -> !isOver(one)).count() >= MOST_UNDER_WAY) {
        throw ApiException.full("too_many_batches", "other batches are under way", WINDOW);
      }
      batch = StoredObjects.object(StoredObjects.id(StoredObjects.BATCH), owner);
      batch.setAll(asked);
      BatchJob.begin(batch, batch.path("created_at").asLong() + WINDOW.toSeconds(), seconds);
      objects.put(batch);
    }
    run(batch);
    return StoredObjects.shown(batch);
  }

  /**
   * A client's batch.
   *
   * @throws ApiException 404 when it has none of that id
   */
  public ObjectNode get(String owner, String id) {
    return StoredObjects.shown(objects.get(StoredObjects.BATCH, owner, id));
  }

  /** A client's batches, the newest first. */
  public List<ObjectNode> all(String owner) {
    return objects.all(StoredObjects.BATCH, owner).stream().map(StoredObjects::shown).toList();
  }

  /**
   * Ends a batch before its time: what is decoded now is given up.
   *
   * @throws ApiException 404 when there is none of that id, 400 when it is over
   */
  public ObjectNode cancel(String owner, String id) {
    objects.get(StoredObjects.BATCH, owner, id);
    ObjectNode batch =
        objects.change(
            id,
            true,
            now -> {
              if (isOver(now)) {
                String status = now.path("status").asText();
                throw ApiException.badRequest("the batch is " + status + " by now", null);
              }
              if (!now.path("status").asText().equals("cancelling")) {
                now.put("status", "cancelling").put("cancelling_at", seconds());
              }
            });
    BatchJob job = jobs.get(id);
    if (job != null) {
      job.giveUp();
    }
    return StoredObjects.shown(batch);
  }

  static long seconds() {
    return Instant.now().getEpochSecond();
  }

  private long count(String status) {
    return objects.all(StoredObjects.BATCH).stream()
        .filter(batch -> batch.path("status").asText().equals(status))
        .count();
  }

  StoredObjects objects() {
    return objects;
  }

  LineAnswerer answerer() {
    return answerer;
  }

  /** Logs an error of ours. */
  void failed(String id, Throwable error) {
    meters.failed(id, error);
  }

  boolean isStopping() {
    return stopping;
  }

  /**
   * Waits for the turn of one more request of a client.
   *
   * @return whether it came before the end
   */
  boolean take(String owner, BooleanSupplier ended) throws InterruptedException {
    Semaphore turn = turns.computeIfAbsent(owner, _ -> new Semaphore(1, true));
    while (!ended.getAsBoolean()) {
      if (turn.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          if (room.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            return true;
          }
        } finally {
          turn.release();
        }
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

  /** Ends what still runs; the next run of the server goes on with it. */
  @Override
  public void close() {
    stop();
    try {
      for (BatchJob job : jobs.values()) {
        job.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.close();
  }
}
