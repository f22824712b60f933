package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.generate.GenerationJson;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers to an inference: {@code text}, and {@code line}, as {@code /v1/generate} answers.
 *
 * @param outputs those that are wanted, and whether they come behind the JSON
 */
record InferenceAnswer(
    ServedModel served, @Nullable String id, Map<String, Boolean> outputs, List<ParsedBody> rows)
    implements ParsedBody.AnswerWriter {
  static final List<String> OUTPUTS = List.of("text", "line");

  @Override
  public ObjectNode whole(List<Pending> pending) throws InterruptedException {
    return json(pending, new ByteArrayOutputStream());
  }

  @Override
  public void send(Exchange exchange, List<Pending> pending)
      throws IOException, InterruptedException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    byte[] json = json(pending, rest).toString().getBytes(StandardCharsets.UTF_8);
    if (rest.size() > 0) {
      exchange.header(InferenceBody.HEADER, Integer.toString(json.length));
    }
    ByteBuffer whole = ByteBuffer.allocate(json.length + rest.size()).put(json);
    exchange.send(
        200,
        rest.size() > 0 ? "application/octet-stream" : "application/json",
        whole.put(rest.toByteArray()).array());
  }

  private ObjectNode json(List<Pending> pending, ByteArrayOutputStream rest)
      throws InterruptedException {
    List<ObjectNode> lines = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      lines.add(rows.get(i).writer().apply(served).whole(List.of(pending.get(i))));
    }
    ObjectNode json = GenerationJson.object().put("model_name", served.name());
    json.put("model_version", InferenceEndpoints.VERSION);
    if (id != null) {
      json.put("id", id);
    }
    ArrayNode described = json.putArray("outputs");
    outputs.forEach(
        (name, binary) -> {
          ObjectNode output = described.addObject().put("name", name).put("datatype", "BYTES");
          output.putArray("shape").add(lines.size());
          ArrayNode data = output.arrayNode();
          int before = rest.size();
          for (ObjectNode line : lines) {
            String text = name.equals("text") ? line.path(name).asText("") : line.toString();
            if (binary) {
              byte[] element = text.getBytes(StandardCharsets.UTF_8);
              ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
              rest.writeBytes(length.putInt(element.length).array());
              rest.writeBytes(element);
            }
            data.add(text);
          }
          if (binary) {
            output.putObject("parameters").put("binary_data_size", rest.size() - before);
          } else {
            output.set("data", data);
          }
        });
    return json;
  }
}
