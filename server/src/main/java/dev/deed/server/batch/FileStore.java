package dev.deed.server.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import dev.deed.server.http.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files of clients, which nobody else sees, within a number of bytes for each client. Their names
 * in the folder are ours. Safe for use from many threads.
 */
public final class FileStore {
  private static final int MOST_FILES = 10_000;
  private static final int LONGEST_NAME = 255;
  private static final int LOOK_SECONDS = 60;

  /** OpenAI's bounds, and what it does where a client says nothing. */
  public static final int LEAST_SECONDS = 3600;

  public static final int MOST_SECONDS = 30 * 24 * 3600;

  private final StoredObjects objects;
  private final long quota;

  /** Bytes of each client's files; guarded by this. */
  private final Map<String, Long> used = new HashMap<>();

  /** When to look for what has expired; guarded by this. */
  private long nextLook;

  /**
   * @param unfinished ids of files that batches write
   */
  FileStore(StoredObjects objects, long quota, Set<String> unfinished) throws IOException {
    this.objects = objects;
    this.quota = quota;
    Set<String> known = new HashSet<>(unfinished);
    for (ObjectNode file : objects.all(StoredObjects.FILE)) {
      if (known.add(file.path("id").asText())) {
        count(StoredObjects.owner(file), file.path("bytes").asLong());
      }
    }
    removeStrays(known);
  }

  /** A server that was killed may have left content that no file has any more, or not yet. */
  private void removeStrays(Set<String> known) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(objects.folder())) {
      all = files.toList();
    }
    for (Path path : all) {
      String name = path.getFileName().toString();
      if (name.matches("file-[0-9a-f]{32}\\.json.+")
          && !known.contains(name.substring(0, name.indexOf('.')))) {
        Files.deleteIfExists(path);
      }
    }
  }

  Path path(String id) {
    return objects.folder().resolve(id + ".jsonl");
  }

  /**
   * Takes a file for batches.
   *
   * @param name for the client's own eyes
   * @param seconds that it is kept
   * @throws ApiException 413 when the client's files take too much
   */
  public ObjectNode upload(String owner, String name, byte[] content, int seconds) {
    expire();
    if (objects.all(StoredObjects.FILE, owner).size() >= MOST_FILES
        || !take(owner, content.length)) {
      throw ApiException.tooLarge(
          "file: your files take up all of the " + quota + " bytes, or 10000 places; delete some",
          "file");
    }
    String id = StoredObjects.id(StoredObjects.FILE);
    boolean kept = false;
    try {
      StoredObjects.onDisk(() -> AtomicFiles.write(path(id), out -> out.write(content)));
      ObjectNode file = file(id, owner, name, content.length, seconds).put("purpose", "batch");
      objects.put(file);
      kept = true;
      return StoredObjects.shown(file);
    } finally {
      if (!kept) {
        StoredObjects.onDisk(() -> Files.deleteIfExists(path(id)));
        count(owner, -content.length);
      }
    }
  }

  /** Makes a file of what a batch wrote; its bytes are counted. */
  void keep(String id, String owner, String name, long bytes, int seconds) {
    objects.put(file(id, owner, name, bytes, seconds).put("purpose", "batch_output"));
  }

  private static ObjectNode file(String id, String owner, String name, long bytes, int seconds) {
    ObjectNode file =
        StoredObjects.object(id, owner)
            .put("object", "file")
            .put("bytes", bytes)
            .put("filename", name.substring(0, Math.min(LONGEST_NAME, name.length())))
            .put("status", "processed");
    return file.put("expires_at", file.path("created_at").asLong() + seconds);
  }

  /** Counts bytes of a client's files, unless they are too many. */
  synchronized boolean take(String owner, long bytes) {
    if (bytes > quota - used.getOrDefault(owner, 0L)) {
      return false;
    }
    count(owner, bytes);
    return true;
  }

  synchronized void count(String owner, long bytes) {
    used.merge(owner, bytes, Long::sum);
  }

  /**
   * A client's file.
   *
   * @throws ApiException 404 when it has none of that id
   */
  public ObjectNode get(String owner, String id) {
    expire();
    return StoredObjects.shown(objects.get(StoredObjects.FILE, owner, id));
  }

  /** A client's files, the newest first. */
  public List<ObjectNode> all(String owner) {
    expire();
    return objects.all(StoredObjects.FILE, owner).stream().map(StoredObjects::shown).toList();
  }

  /**
   * Where the content of a client's file is.
   *
   * @throws ApiException 404 when it has none of that id
   */
  public Path content(String owner, String id) {
    return path(get(owner, id).path("id").asText());
  }

  /**
   * Removes a client's file.
   *
   * @throws ApiException 404 when it has none of that id, 400 while a batch reads it
   */
  public void delete(String owner, String id) {
    ObjectNode file = objects.get(StoredObjects.FILE, owner, id);
    if (isRead(id)) {
      throw ApiException.badRequest("a batch reads the file; cancel it, or wait", null, "in_use");
    }
    remove(file);
  }

  private boolean isRead(String id) {
    return objects.all(StoredObjects.BATCH).stream()
        .anyMatch(
            batch -> !Batches.isOver(batch) && batch.path("input_file_id").asText().equals(id));
  }

  private synchronized void remove(ObjectNode file) {
    String id = file.path("id").asText();
    objects.remove(id);
    StoredObjects.onDisk(() -> Files.deleteIfExists(path(id)));
    count(StoredObjects.owner(file), -file.path("bytes").asLong());
  }

  /** Removes what has been kept long enough, batches that are over among it. */
  synchronized void expire() {
    long now = Instant.now().getEpochSecond();
    if (now < nextLook) {
      return;
    }
    nextLook = now + LOOK_SECONDS;
    for (ObjectNode file : objects.all(StoredObjects.FILE)) {
      if (file.path("expires_at").asLong() <= now && !isRead(file.path("id").asText())) {
        remove(file);
      }
    }
    for (ObjectNode batch : objects.all(StoredObjects.BATCH)) {
      if (Batches.isOver(batch) && batch.path("expires_at").asLong() + MOST_SECONDS <= now) {
        objects.remove(batch.path("id").asText());
      }
    }
  }
}
