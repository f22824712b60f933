package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.MultipartForm;
import dev.deed.server.http.Routes;
import dev.deed.server.http.StrictJson;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /v1/files} and {@code /v1/batches}, as OpenAI has them. */
final class BatchEndpoints {
  private static final String FILES = "/v1/files";
  private static final String BATCHES = "/v1/batches";
  private static final String CONTENT = "/content";
  private static final int MOST_FILES = 10_000;
  private static final int MOST_BATCHES = 100;
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_ASKED = 16 << 10;

  private BatchEndpoints() {}

  /** A request; the rest of its path is an id and what is asked of that. */
  private record Call(Exchange exchange, Batches batches, String owner, String rest) {
    ObjectNode get(String kind, String end) {
      String id = rest.endsWith(end) ? rest.substring(0, rest.length() - end.length()) : "";
      return batches.files.get(kind, owner, id);
    }
  }

  /** Makes an answer; null when it was sent. */
  private interface Answer {
    @Nullable ObjectNode to(Call call) throws IOException, InterruptedException;
  }

  /** Adds their paths, which the server has also where it keeps no batches. */
  static void addTo(Routes routes, @Nullable Batches batches) {
    routes
        .post(FILES, of(batches, BatchEndpoints::upload))
        .get(FILES, of(batches, call -> list(call, FileStore.FILE, MOST_FILES, MOST_FILES)))
        .get(FILES + "/*", of(batches, BatchEndpoints::file))
        .add(Routes.Access.GUARDED, "DELETE", FILES + "/*", of(batches, BatchEndpoints::delete))
        .post(BATCHES, of(batches, BatchEndpoints::create))
        .get(BATCHES, of(batches, call -> list(call, FileStore.BATCH, 20, MOST_BATCHES)))
        .get(BATCHES + "/*", of(batches, call -> call.get(FileStore.BATCH, "")))
        .post(BATCHES + "/*", of(batches, BatchEndpoints::cancel));
  }

  private static ObjectNode cancel(Call call) {
    return call.batches.cancel(call.get(FileStore.BATCH, "/cancel"));
  }

  private static Endpoint of(@Nullable Batches batches, Answer answer) {
    return exchange -> {
      if (batches == null) {
        throw ApiException.notFound(
            "no files and batches are kept; deed serve --files FOLDER keeps them");
      }
      String[] path = exchange.path().split("/", 4);
      String owner = batches.owner(exchange.client());
      ObjectNode json = answer.to(new Call(exchange, batches, owner, path[path.length - 1]));
      if (json != null) {
        exchange.send(200, json.deepCopy().without("deed"));
      }
    };
  }

  private static ObjectNode upload(Call call) throws IOException, InterruptedException {
    return MultipartForm.of(
        call.exchange,
        form -> {
          MultipartForm.Part file = form.one("file");
          String name = file == null ? null : file.fileName();
          if (file == null || name == null) {
            throw ApiException.badRequest("file: is missing; send it, with a filename", "file");
          }
          ApiException.require("batch".equals(form.text("purpose")), "purpose", "is not batch");
          ApiException.require(form.parts().size() == 2, "form", "has more than file and purpose");
          String shown = name.substring(0, Math.min(LONGEST_NAME, name.length()));
          String id = FileStore.newId(FileStore.FILE);
          return call.batches.files.file(id, call.owner, "batch", shown, file.content());
        });
  }

  /** A page of a list: at most {@code limit} objects, those behind {@code after}. */
  private static ObjectNode list(Call call, String kind, int usual, int most) {
    String limit = Objects.requireNonNullElse(call.exchange.query("limit"), usual + "");
    ApiException.require(
        limit.matches("[1-9][0-9]{0,4}") && Integer.parseInt(limit) <= most,
        "limit",
        "is none of 1 to " + most);
    String purpose = call.exchange.query("purpose");
    List<ObjectNode> all =
        call.batches.files.all(kind, call.owner).stream()
            .filter(one -> purpose == null || purpose.equals(one.path("purpose").asText()))
            .toList();
    if ("asc".equals(call.exchange.query("order"))) {
      all = all.reversed();
    }
    String after = call.exchange.query("after");
    List<String> ids = all.stream().map(FileStore::id).toList();
    int begin = after == null ? 0 : ids.indexOf(after) + 1;
    ApiException.require(after == null || begin > 0, "after", "is the id of none of these");
    int end = Math.min(all.size(), begin + Integer.parseInt(limit));
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    all.subList(begin, end).forEach(one -> data.add(one.deepCopy().without("deed")));
    list.put("first_id", begin < end ? ids.get(begin) : null);
    list.put("last_id", begin < end ? ids.get(end - 1) : null);
    return list.put("has_more", end < all.size());
  }

  private static @Nullable ObjectNode file(Call call) throws IOException {
    if (!call.rest.endsWith(CONTENT)) {
      return call.get(FileStore.FILE, "");
    }
    String id = FileStore.id(call.get(FileStore.FILE, CONTENT));
    call.exchange.send("application/octet-stream", call.batches.files.content(id));
    return null;
  }

  private static ObjectNode delete(Call call) {
    ObjectNode file = call.get(FileStore.FILE, "");
    // No batch begins meanwhile.
    synchronized (call.batches) {
      ApiException.require(!call.batches.reads(call.rest), "id", "is read by a batch; cancel that");
      call.batches.files.remove(file);
    }
    ObjectNode deleted = JsonNodeFactory.instance.objectNode().put("id", call.rest);
    return deleted.put("object", "file").put("deleted", true);
  }

  private static ObjectNode create(Call call) throws IOException, InterruptedException {
    return StrictJson.of(
        call.exchange,
        json -> {
          Fields fields = new Fields("request", "", json);
          Set<String> urls = GenerationEndpoint.PARSERS.keySet();
          String url = Objects.requireNonNullElse(fields.text("endpoint"), "");
          ApiException.require(urls.contains(url), "endpoint", "is none of " + urls);
          ApiException.require(
              "24h".equals(fields.text("completion_window")), "completion_window", "is not 24h");
          ApiException.require(fields.text("input_file_id") != null, "input_file_id", "is missing");
          fields.object("metadata");
          OpenAiBody.refuseOthers("batch", fields);
          ApiException.require(
              json.toString().length() <= LONGEST_ASKED, "metadata", "are longer than 16 KiB");
          return call.batches.create(call.owner, json);
        });
  }
}
