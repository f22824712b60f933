package dev.deed.server.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.files.TargetLock;
import dev.deed.server.http.ApiException;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files and batches of clients in a folder, each an object as JSON under an id of ours; a file's
 * content lies beside it. What an object says under {@code deed} is no client's to see. Objects
 * that are given stay as they are. Safe for use from many threads.
 */
final class FileStore implements AutoCloseable {
  static final String FILE = "file-";
  static final String BATCH = "batch_";
  private static final String NAME = "(file-|batch_)[0-9a-f]{43}\\.json";
  private static final Duration KEPT = Duration.ofDays(30);
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final int MOST_BYTES = 1 << 20;

  /** What an object counts for beside its content: it also lies in memory. */
  private static final int OBJECT_BYTES = 64 << 10;

  private final TargetLock lock;
  private final Path folder;
  private final long mostBytes;
  private final Map<String, Client> clients;

  /** By ids, which begin with the time. */
  private final ConcurrentSkipListMap<String, ObjectNode> all = new ConcurrentSkipListMap<>();

  /** Bytes that are written, by owners; guarded by this. */
  private final Map<String, Long> taken = new HashMap<>();

  /**
   * Opens a folder, which is made where it is missing.
   *
   * @param mostBytes that it may hold
   * @param clients who share them out, by their names; none: they are everybody's
   */
  FileStore(Path folder, long mostBytes, Map<String, Client> clients) {
    boolean made = !Files.exists(folder);
    this.lock = TargetLock.on(folder.resolve("files"));
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.clients = clients;
    Path at = folder;
    try (Stream<Path> files = Files.list(folder)) {
      if (made && folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      Map<String, Long> contents = new HashMap<>();
      for (Path file : files.toList()) {
        at = file;
        String name = file.getFileName().toString();
        if (!name.matches(NAME)) {
          contents.merge(name.split("[.]", 2)[0], Files.size(file), Long::sum);
        } else if (MAPPER.readTree(RegularFile.read(file, MOST_BYTES, "remove it"))
            instanceof ObjectNode object) {
          all.put(id(object), object);
        }
      }
      for (ObjectNode object : all.values()) {
        count(object, OBJECT_BYTES + remove(contents, id(object)));
        // Of a batch, what it has written of its files.
        own(object).forEach(file -> count(object, remove(contents, file.asText())));
      }
      contents.values().forEach(bytes -> taken.merge("", bytes, Long::sum));
      for (ObjectNode file : all(FILE)) {
        // A server that was killed in the middle of an upload left a part of it.
        Path content = content(id(file));
        if (!Files.exists(content) || Files.size(content) != file.path("bytes").asLong()) {
          remove(file);
        }
      }
    } catch (IOException e) {
      lock.close();
      throw IoReason.unwritable(at, e);
    }
  }

  static String newId(String kind) {
    String random = UUID.randomUUID().toString().replace("-", "");
    return "%s%011x%s".formatted(kind, System.currentTimeMillis(), random);
  }

  static String id(ObjectNode object) {
    return object.path("id").asText();
  }

  static ObjectNode own(ObjectNode object) {
    return object.withObject("/deed");
  }

  static String owner(ObjectNode object) {
    return own(object).path("owner").asText();
  }

  static long now() {
    return Instant.now().getEpochSecond();
  }

  static ObjectNode object(String id, String kind, String owner, long seconds) {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("id", id).put("object", kind);
    own(object).put("owner", owner);
    return object.put("created_at", now()).put("expires_at", now() + seconds);
  }

  /** Makes a file, whose content is there and counted where none is given. */
  ObjectNode file(String id, String owner, String purpose, String name, byte @Nullable [] content) {
    ObjectNode file = object(id, "file", owner, KEPT.toSeconds()).put("purpose", purpose);
    file.put("filename", name).put("status", "processed");
    try {
      if (content == null) {
        file.put("bytes", Files.size(content(id)));
        // It finds room in any case.
        count(file, all.containsKey(id) ? 0 : OBJECT_BYTES);
        return change(file, true, _ -> {});
      }
      add(file.put("bytes", content.length), content.length);
      Files.write(content(id), content);
      return file;
    } catch (IOException e) {
      remove(file);
      throw unwritable();
    }
  }

  /** Keeps a new object; those that are too old make room for it. */
  void add(ObjectNode object, long bytes) {
    for (ObjectNode old : List.copyOf(all.values())) {
      // A batch may read it, of which it was the input on its last day.
      if (old.path("created_at").asLong() < now() - KEPT.plusDays(1).toSeconds()) {
        remove(old);
      }
    }
    if (!take(object, bytes + OBJECT_BYTES)) {
      throw full();
    }
    try {
      change(object, true, _ -> {});
    } catch (ApiException e) {
      remove(object);
      throw e;
    }
  }

  static ApiException full() {
    return ApiException.tooLarge(
        "your files and batches take up all bytes that they may; delete files", null);
  }

  private static ApiException unwritable() {
    return ApiException.unavailable(
        "storage_failed", "the folder of files cannot be written", Duration.ofMinutes(1));
  }

  /** An object as it is by now. */
  ObjectNode current(ObjectNode object) {
    return all.getOrDefault(id(object), object);
  }

  /** Changes an object, so that it lasts beyond a restart, or not. */
  synchronized ObjectNode change(ObjectNode object, boolean lasting, Consumer<ObjectNode> how) {
    ObjectNode changed = current(object).deepCopy();
    how.accept(changed);
    all.put(id(object), changed);
    try {
      if (lasting) {
        AtomicFiles.writeText(folder.resolve(id(object) + ".json"), changed.toString());
      }
      return changed;
    } catch (IOException | UncheckedIOException | InputException e) {
      throw unwritable();
    }
  }

  /** All of a kind, the newest first. */
  List<ObjectNode> all(String kind) {
    return List.copyOf(all.subMap(kind, kind + "~").descendingMap().values());
  }

  List<ObjectNode> all(String kind, String owner) {
    return all(kind).stream().filter(object -> owner(object).equals(owner)).toList();
  }

  /** A client's object; 404 when it has none of that id. */
  ObjectNode get(String kind, String owner, String id) {
    ObjectNode object = id.startsWith(kind) ? all.get(id) : null;
    if (object == null
        || !owner(object).equals(owner)
        || (kind.equals(FILE) && object.path("expires_at").asLong() < now())) {
      throw ApiException.notFound("there is nothing of that id");
    }
    return object;
  }

  /** Where the content of a file is. */
  Path content(String id) {
    return folder.resolve(id + ".jsonl");
  }

  /** Bytes that objects of an owner take, and their contents. */
  synchronized long bytes(String owner) {
    return taken.getOrDefault(owner, 0L);
  }

  /** Bytes that an owner may take: its share among all clients. */
  long mostBytes(String owner) {
    Client client = clients.get(owner);
    int shares = clients.values().stream().mapToInt(Client::share).sum();
    return client == null ? mostBytes : mostBytes / shares * client.share();
  }

  /** Counts bytes that are to be written for an object, unless its owner has too many. */
  synchronized boolean take(ObjectNode object, long bytes) {
    long others = taken.values().stream().mapToLong(Long::longValue).sum() - bytes(owner(object));
    long most = Math.min(mostBytes(owner(object)), mostBytes - others);
    boolean fits = bytes <= most - bytes(owner(object));
    count(object, fits ? bytes : 0);
    return fits;
  }

  private synchronized void count(ObjectNode object, long bytes) {
    taken.merge(owner(object), bytes, Long::sum);
  }

  private static long remove(Map<String, Long> sizes, String id) {
    return Objects.requireNonNullElse(sizes.remove(id), 0L);
  }

  synchronized void remove(ObjectNode object) {
    try {
      Files.deleteIfExists(folder.resolve(id(object) + ".json"));
      Files.deleteIfExists(content(id(object)));
      boolean was = all.remove(id(object)) != null;
      count(object, was ? -OBJECT_BYTES - object.path("bytes").asLong() : 0);
    } catch (IOException e) {
      throw unwritable();
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
