package dev.deed.server.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.data.LineSource;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Refusals;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request of a batch.
 *
 * @param customId the client's own name of it
 * @param body what would be sent to the batch's path
 */
record BatchLine(String customId, ObjectNode body) {
  /** With its end, so that some of them fit in memory beside each other. */
  static final int MOST_BYTES = 8 << 20;

  private static final int LONGEST_ID = 256;

  /**
   * Reads a line.
   *
   * @param lines of which it is the last that came
   * @param url the path of the batch
   * @throws ApiException 400 when it is no request to that path
   */
  static BatchLine parse(byte[] bytes, LineSource lines, String url) {
    if (lines.tooLong()) {
      throw refused("line_too_long", "is longer than " + MOST_BYTES + " bytes", null);
    }
    Fields fields = new Fields("line", "", StrictJson.parse(bytes, _ -> {}));
    try {
      String id = fields.text("custom_id");
      if (id == null || id.length() > LONGEST_ID) {
        throw refused("missing_required_parameter", "lacks a short text", "custom_id");
      }
      if (!"POST".equals(fields.text("method"))) {
        throw refused("invalid_method", "is not POST", "method");
      }
      if (!url.equals(fields.text("url"))) {
        throw refused("mismatched_endpoint", "is not the batch's endpoint, " + url, "url");
      }
      ObjectNode body = fields.object("body");
      if (body == null) {
        throw refused("missing_required_parameter", "is missing", "body");
      }
      for (String other : fields.others().keySet()) {
        throw ApiException.unknownParameter(other);
      }
      return new BatchLine(id, body);
    } catch (InputException e) {
      throw Refusals.of(e);
    }
  }

  private static ApiException refused(String code, String why, @Nullable String param) {
    return ApiException.badRequest((param == null ? "the line" : param) + ": " + why, param, code);
  }

  /** Whether a line holds nothing. */
  static boolean isBlank(byte[] bytes, LineSource lines) {
    return !lines.tooLong() && new String(bytes, StandardCharsets.UTF_8).isBlank();
  }

  /**
   * The line of an answer.
   *
   * @param id ours
   * @param status of HTTP
   * @param answer to the body; null where there is none
   * @param error why there is none
   */
  byte[] answered(String id, int status, @Nullable ObjectNode answer, @Nullable ObjectNode error) {
    ObjectNode line =
        JsonNodeFactory.instance.objectNode().put("id", id).put("custom_id", customId);
    if (answer == null) {
      line.putNull("response");
    } else {
      line.putObject("response")
          .put("status_code", status)
          .put("request_id", id)
          .set("body", answer);
    }
    line.set("error", error);
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
