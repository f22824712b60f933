package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.server.batch.Batches;
import dev.deed.server.batch.FileStore;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.MultipartForm;
import dev.deed.server.http.Routes;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Refusals;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/files} and {@code /v1/batches}, as OpenAI has them.
 *
 * @param kept null: the server has no folder for them
 * @param urls that lines of a batch may name
 */
record BatchEndpoints(@Nullable Batches kept, Set<String> urls) {
  private static final String FILES = "/v1/files";
  private static final String BATCHES = "/v1/batches";
  private static final String CONTENT = "/content";
  private static final String CANCEL = "/cancel";
  private static final int MOST_FILES = 10_000;
  private static final int MOST_BATCHES = 100;
  private static final int USUAL_BATCHES = 20;
  private static final int MOST_PAIRS = 16;
  private static final int LONGEST_KEY = 64;
  private static final int LONGEST_VALUE = 512;

  void addTo(Routes routes) {
    routes
        .post(FILES, this::upload)
        .get(FILES, this::files)
        .get(FILES + "/*", this::file)
        .delete(FILES + "/*", this::delete)
        .post(BATCHES, this::create)
        .get(BATCHES, this::batches)
        .get(BATCHES + "/*", this::batch)
        .post(BATCHES + "/*", this::cancel);
  }

  /**
   * @throws ApiException 404 where the server was started without a folder
   */
  private Batches batches() {
    if (kept == null) {
      throw ApiException.notFound(
          "this server keeps no files and batches; deed serve --files FOLDER makes it do so");
    }
    return kept;
  }

  private String owner(Exchange exchange) {
    return batches().owner(exchange.client());
  }

  private void upload(Exchange exchange) throws IOException, InterruptedException {
    String owner = owner(exchange);
    ObjectNode file = MultipartForm.of(exchange, form -> upload(owner, form));
    exchange.send(200, file);
  }

  private ObjectNode upload(String owner, MultipartForm form) {
    for (MultipartForm.Part part : form.parts()) {
      if (!Set.of("file", "purpose", "expires_after[anchor]", "expires_after[seconds]")
          .contains(part.name())) {
        throw ApiException.unknownParameter(part.shownName());
      }
    }
    byte[] content = form.file("file");
    if (content == null) {
      throw ApiException.badRequest("file: is missing; send it, with a filename", "file");
    }
    ApiException.require(
        "batch".equals(form.text("purpose")),
        "purpose",
        "is not batch, which all files here are for");
    ObjectNode expiry = JsonNodeFactory.instance.objectNode();
    String anchor = form.text("expires_after[anchor]");
    String seconds = form.text("expires_after[seconds]");
    if (anchor != null || seconds != null) {
      String digits = seconds == null || !seconds.matches("[0-9]{1,9}") ? "0" : seconds;
      expiry
          .putObject("expires_after")
          .put("anchor", anchor)
          .put("seconds", Integer.parseInt(digits));
    }
    String name = Objects.requireNonNull(Objects.requireNonNull(form.one("file")).fileName());
    return batches()
        .files()
        .upload(owner, name, content, seconds(new Fields("request", "", expiry), "expires_after"));
  }

  /** How long files are kept. */
  private static int seconds(Fields fields, String name) {
    ObjectNode expiry = fields.object(name);
    if (expiry == null) {
      return FileStore.MOST_SECONDS;
    }
    Fields inside = new Fields("request", name + ".", expiry);
    Integer seconds = inside.integer("seconds", FileStore.LEAST_SECONDS, FileStore.MOST_SECONDS);
    if (seconds == null || !"created_at".equals(inside.text("anchor"))) {
      throw ApiException.badRequest(name + ": needs anchor created_at, and seconds", name);
    }
    OpenAiBody.refuseOthers(name, inside);
    return seconds;
  }

  private void files(Exchange exchange) throws IOException {
    List<ObjectNode> all = batches().files().all(owner(exchange));
    if ("asc".equals(exchange.query("order"))) {
      all = all.reversed();
    }
    String purpose = exchange.query("purpose");
    if (purpose != null) {
      all = all.stream().filter(file -> file.path("purpose").asText().equals(purpose)).toList();
    }
    sendList(exchange, all, MOST_FILES, MOST_FILES);
  }

  /** A page of a list: from behind an object on, so many. */
  private static void sendList(Exchange exchange, List<ObjectNode> all, int usual, int most)
      throws IOException {
    String asked = exchange.query("limit");
    ApiException.require(
        asked == null || asked.matches("[1-9][0-9]{0,4}") && Integer.parseInt(asked) <= most,
        "limit",
        "is none of 1 to " + most);
    int limit = asked == null ? usual : Integer.parseInt(asked);
    String after = exchange.query("after");
    List<ObjectNode> rest = all;
    if (after != null) {
      List<String> ids = all.stream().map(BatchEndpoints::id).toList();
      ApiException.require(ids.contains(after), "after", "is the id of none of these");
      rest = all.subList(ids.indexOf(after) + 1, all.size());
    }
    List<ObjectNode> page = rest.subList(0, Math.min(limit, rest.size()));
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
    list.putArray("data").addAll(page);
    list.put("first_id", page.isEmpty() ? null : id(page.getFirst()));
    list.put("last_id", page.isEmpty() ? null : id(page.getLast()));
    exchange.send(200, list.put("has_more", page.size() < rest.size()));
  }

  private static String id(ObjectNode object) {
    return object.path("id").asText();
  }

  /** What stands behind a path, without an end. */
  private static String id(Exchange exchange, String path, String end) {
    String id = exchange.path().substring(path.length() + 1);
    return id.substring(0, id.length() - (id.endsWith(end) ? end.length() : 0));
  }

  private void file(Exchange exchange) throws IOException {
    FileStore files = batches().files();
    String id = id(exchange, FILES, CONTENT);
    if (exchange.path().endsWith(CONTENT)) {
      exchange.send("application/octet-stream", files.content(owner(exchange), id));
    } else {
      exchange.send(200, files.get(owner(exchange), id));
    }
  }

  private void delete(Exchange exchange) throws IOException {
    String id = id(exchange, FILES, "");
    batches().files().delete(owner(exchange), id);
    ObjectNode deleted = JsonNodeFactory.instance.objectNode();
    exchange.send(200, deleted.put("id", id).put("object", "file").put("deleted", true));
  }

  private void create(Exchange exchange) throws IOException, InterruptedException {
    String owner = owner(exchange);
    exchange.send(200, StrictJson.of(exchange, json -> create(owner, json)));
  }

  private ObjectNode create(String owner, ObjectNode json) {
    try {
      Fields fields = new Fields("request", "", json);
      ObjectNode asked = JsonNodeFactory.instance.objectNode();
      for (String name : List.of("input_file_id", "endpoint", "completion_window")) {
        String text = fields.text(name);
        ApiException.require(text != null, name, "is missing");
        asked.put(name, text);
      }
      ApiException.require(
          urls.contains(asked.path("endpoint").asText()),
          "endpoint",
          "is none of " + String.join(", ", urls));
      ApiException.require(
          asked.path("completion_window").asText().equals("24h"),
          "completion_window",
          "is not 24h");
      asked.set("metadata", metadata(fields));
      int seconds = seconds(fields, "output_expires_after");
      for (String other : fields.others().keySet()) {
        throw ApiException.unknownParameter(other);
      }
      return batches().create(owner, asked, seconds);
    } catch (InputException e) {
      throw Refusals.of(e);
    }
  }

  private static @Nullable ObjectNode metadata(Fields fields) {
    ObjectNode pairs = fields.object("metadata");
    boolean fits =
        pairs == null
            || pairs.size() <= MOST_PAIRS
                && pairs.properties().stream()
                    .allMatch(pair -> isShort(pair.getKey(), pair.getValue()));
    ApiException.require(fits, "metadata", "holds more than 16 pairs of short texts");
    return pairs;
  }

  private static boolean isShort(String key, JsonNode value) {
    return key.length() <= LONGEST_KEY
        && value.isTextual()
        && value.textValue().length() <= LONGEST_VALUE;
  }

  private void batches(Exchange exchange) throws IOException {
    List<ObjectNode> all = batches().all(owner(exchange));
    sendList(exchange, all, USUAL_BATCHES, MOST_BATCHES);
  }

  private void batch(Exchange exchange) throws IOException {
    exchange.send(200, batches().get(owner(exchange), id(exchange, BATCHES, "")));
  }

  private void cancel(Exchange exchange) throws IOException {
    if (!exchange.path().endsWith(CANCEL)) {
      throw ApiException.notFound("only " + BATCHES + "/{id}/cancel takes a POST");
    }
    exchange.send(200, batches().cancel(owner(exchange), id(exchange, BATCHES, CANCEL)));
  }
}
