package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.server.http.ApiException;
import dev.deed.server.serving.ServingMeters;
import dev.deed.value.Client;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Batches of clients, which go on beside each other. Safe for use from many threads. */
public final class Batches implements AutoCloseable {
  static final Set<String> OVER = Set.of("failed", "completed", "expired", "cancelled");
  private static final Duration WINDOW = Duration.ofHours(24);

  /** Batches of a client under way. */
  private static final int MOST_AT_ONCE = 8;

  private static final long MOST_FAREWELL_MILLIS = 5000;

  final FileStore files;
  final Service service;

  /** Places for requests; the first that waits gets the next. */
  final Semaphore room;

  final Map<String, BatchJob> jobs = new ConcurrentHashMap<>();
  private final Map<String, Client> clients;
  volatile boolean stopping;

  /**
   * Opens a folder, which is made where it is missing, and goes on with what it holds.
   *
   * @param mostBytes that it may hold
   * @param clients those with names, by these, who share the bytes out; all others are one
   * @param lines of all batches that are under way at once
   * @throws dev.deed.value.InputException when it cannot be used, or another server uses it
   */
  public Batches(
      Path folder, long mostBytes, Map<String, Client> clients, int lines, Service service) {
    this.clients = clients;
    this.room = new Semaphore(lines, true);
    this.service = service;
    this.files = new FileStore(folder, mostBytes, clients);
    measure(service.meters());
    running().toList().reversed().forEach(this::run);
  }

  private void measure(ServingMeters meters) {
    List<String> others = List.of("validating", "in_progress", "finalizing", "cancelling");
    for (String status : Stream.of(others, OVER).flatMap(Collection::stream).toList()) {
      meters.gauge("deed.batches", "Batches that are kept", () -> count(status), "status", status);
    }
    meters.gauge("deed.batch.lines.waiting", "Requests of batches to be answered", this::waiting);
    for (String key : clients.isEmpty() ? Set.of("") : clients.keySet()) {
      Supplier<Number> most = () -> files.mostBytes(key);
      meters.gauge("deed.files.quota.bytes", "Bytes that they may take", most, "key", key);
      Supplier<Number> taken = () -> files.bytes(key);
      meters.gauge("deed.files.bytes", "Bytes of files and batches", taken, "key", key);
    }
  }

  private long count(String status) {
    return files.all(FileStore.BATCH).stream()
        .filter(batch -> batch.path("status").asText().equals(status))
        .count();
  }

  /** Those that go on, the newest first. */
  private Stream<ObjectNode> running() {
    return files.all(FileStore.BATCH).stream()
        .filter(batch -> !OVER.contains(batch.path("status").asText()));
  }

  private int waiting() {
    return running()
        .map(batch -> batch.path("request_counts"))
        .mapToInt(
            n -> n.path("total").asInt() - n.path("completed").asInt() - n.path("failed").asInt())
        .sum();
  }

  private void run(ObjectNode batch) {
    BatchJob job = new BatchJob(batch, this);
    jobs.put(FileStore.id(batch), job);
    job.thread.start();
  }

  /** Whose files a client sees: its own where its key has a name, else those of all without. */
  String owner(Client client) {
    return clients.containsKey(client.name()) ? client.name() : "";
  }

  /** Answers a request of a batch, before which all go that somebody waits for. */
  ObjectNode answer(ObjectNode batch, ObjectNode body, Duration time) throws InterruptedException {
    String owner = FileStore.owner(batch);
    Client client = clients.getOrDefault(owner, Client.ANYONE);
    Client later = new Client(owner, client.share(), -Client.MOST, client.mostRows());
    Function<ObjectNode, ParsedBody> parser =
        Objects.requireNonNull(GenerationEndpoint.PARSERS.get(batch.path("endpoint").asText()));
    ParsedBody parsed = ApiException.reading(() -> parser.apply(body));
    return GenerationEndpoint.answer(service, parsed, later, time);
  }

  /** Whether a batch that is not over has a file as its input. */
  boolean reads(String file) {
    return running().anyMatch(one -> one.path("input_file_id").asText().equals(file));
  }

  /** Begins a batch of what was asked for. */
  synchronized ObjectNode create(String owner, ObjectNode asked) {
    files.get(FileStore.FILE, owner, asked.path("input_file_id").asText());
    if (running().filter(one -> FileStore.owner(one).equals(owner)).count() >= MOST_AT_ONCE) {
      throw ApiException.full("queue_full", "eight batches of yours are under way", WINDOW);
    }
    String id = FileStore.newId(FileStore.BATCH);
    ObjectNode batch = FileStore.object(id, "batch", owner, WINDOW.toSeconds());
    batch.setAll(asked);
    BatchJob.prepare(batch);
    files.add(batch, 0);
    run(batch);
    return batch;
  }

  /** Ends a batch before its time. */
  ObjectNode cancel(ObjectNode batch) {
    ObjectNode cancelled =
        files.change(
            batch,
            true,
            now -> {
              if (OVER.contains(now.path("status").asText())) {
                throw ApiException.badRequest("the batch is over", null);
              }
              now.put("status", "cancelling").put("cancelling_at", FileStore.now());
            });
    BatchJob job = jobs.get(FileStore.id(batch));
    if (job != null) {
      job.lines.forEach(Thread::interrupt);
    }
    return cancelled;
  }

  /** Waits for the end of what runs, once models are closed; the next run of the server goes on. */
  @Override
  public void close() {
    stopping = true;
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
