package dev.deed.server.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.server.http.ApiException;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What OpenAI calls files and batches, as JSON under random ids, each in a file of a folder. What
 * is only the server's to know stands in the object's {@code deed}. Objects that it gives are not
 * to be changed. Safe for use from many threads.
 */
final class StoredObjects {
  static final String FILE = "file-";
  static final String BATCH = "batch_";
  private static final String OWN = "deed";
  private static final Pattern NAME = Pattern.compile("(file-|batch_)[0-9a-f]{32}\\.json");
  private static final int MOST_BYTES = 1 << 20;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path folder;

  /** Guarded by this. */
  private final Map<String, ObjectNode> all = new HashMap<>();

  /**
   * Reads what the folder holds.
   *
   * @param log takes lines about objects that cannot be read
   */
  StoredObjects(Path folder, Consumer<String> log) throws IOException {
    this.folder = folder;
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found = files.filter(file -> NAME.matcher(file.getFileName().toString()).matches()).toList();
    }
    for (Path file : found) {
      String name = file.getFileName().toString();
      JsonNode json = null;
      try {
        json = MAPPER.readTree(RegularFile.read(file, MOST_BYTES, "remove it"));
      } catch (IOException e) {
        // As one that is no object.
      }
      if (json instanceof ObjectNode object && object.path(OWN).isObject()) {
        all.put(name.substring(0, name.lastIndexOf('.')), object);
      } else {
        log.accept(file + ": cannot be read; it is left out");
      }
    }
  }

  Path folder() {
    return folder;
  }

  /** An id that nothing has, and nobody can guess. */
  static String id(String kind) {
    return kind + UUID.randomUUID().toString().replace("-", "");
  }

  /** An object that begins now. */
  static ObjectNode object(String id, String owner) {
    Instant now = Instant.now();
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("id", id);
    object.putObject(OWN).put("owner", owner).put("millis", now.toEpochMilli());
    return object.put("created_at", now.getEpochSecond());
  }

  /** What is only the server's to know. */
  static ObjectNode own(ObjectNode object) {
    return object.withObject("/" + OWN);
  }

  static String owner(ObjectNode object) {
    return own(object).path("owner").asText();
  }

  /** What a client sees. */
  static ObjectNode shown(ObjectNode object) {
    ObjectNode shown = object.deepCopy();
    shown.remove(OWN);
    return shown;
  }

  /** Something done in the folder. */
  interface Work {
    void run() throws IOException;
  }

  /**
   * Does something in the folder.
   *
   * @throws ApiException 503 when that fails
   */
  static void onDisk(Work work) {
    try {
      work.run();
    } catch (IOException | InputException e) {
      throw ApiException.unavailable(
          "storage_failed",
          "the folder of files cannot be written"
              + (e instanceof IOException io ? " (" + IoReason.of(io) + ")" : ""),
          Duration.ofMinutes(1));
    }
  }

  /** Keeps an object, in the place of one with its id. */
  void put(ObjectNode object) {
    String id = object.path("id").asText();
    onDisk(() -> AtomicFiles.writeText(folder.resolve(id + ".json"), object.toString()));
    synchronized (this) {
      all.put(id, object);
    }
  }

  /**
   * Changes an object.
   *
   * @param lasting whether it is to be so after a restart
   */
  synchronized ObjectNode change(String id, boolean lasting, Consumer<ObjectNode> how) {
    ObjectNode changed = Objects.requireNonNull(all.get(id)).deepCopy();
    how.accept(changed);
    all.put(id, changed);
    if (lasting) {
      put(changed);
    }
    return changed;
  }

  /**
   * A client's object.
   *
   * @throws ApiException 404 when it has none of that id and kind
   */
  synchronized ObjectNode get(String kind, String owner, String id) {
    ObjectNode object = id.startsWith(kind) ? all.get(id) : null;
    if (object == null || !owner(object).equals(owner)) {
      throw ApiException.notFound("there is none of that id");
    }
    return object;
  }

  synchronized void remove(String id) {
    onDisk(() -> Files.deleteIfExists(folder.resolve(id + ".json")));
    all.remove(id);
  }

  /** All of a kind, the newest first. */
  synchronized List<ObjectNode> all(String kind) {
    return all.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(kind))
        .map(Map.Entry::getValue)
        .sorted(
            Comparator.comparingLong((ObjectNode object) -> own(object).path("millis").asLong())
                .reversed())
        .toList();
  }

  /** A client's of a kind, the newest first. */
  List<ObjectNode> all(String kind, String owner) {
    return all(kind).stream().filter(object -> owner(object).equals(owner)).toList();
  }
}
