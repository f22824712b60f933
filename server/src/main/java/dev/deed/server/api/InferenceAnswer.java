package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.data.InputLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineResult;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.Pending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answers to an inference: {@code text}, and {@code line}, the whole output line.
 *
 * @param outputs those that are wanted, and whether they come behind the JSON
 */
record InferenceAnswer(
    String model, @Nullable String id, Map<String, Boolean> outputs, List<InputLine> lines)
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
    if (rest.size() == 0) {
      exchange.send(200, "application/json", json);
      return;
    }
    exchange.header(InferenceBody.HEADER, Integer.toString(json.length));
    byte[] behind = rest.toByteArray();
    ByteBuffer whole = ByteBuffer.allocate(json.length + behind.length).put(json).put(behind);
    exchange.send(200, "application/octet-stream", whole.array());
  }

  private ObjectNode json(List<Pending> pending, ByteArrayOutputStream rest)
      throws InterruptedException {
    List<ObjectNode> answers = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      ObjectNode line = GenerationJson.object();
      Generation answer = pending.get(i).await();
      GenerationJson.write(new LineResult.Decoded(lines.get(i), answer, null), false, line);
      answers.add(line);
    }
    ObjectNode json = GenerationJson.object().put("model_name", model);
    json.put("model_version", InferenceEndpoints.VERSION);
    if (id != null) {
      json.put("id", id);
    }
    ArrayNode described = json.putArray("outputs");
    outputs.forEach(
        (name, binary) -> {
          ObjectNode output = described.addObject().put("name", name).put("datatype", "BYTES");
          output.putArray("shape").add(answers.size());
          List<String> texts = answers.stream().map(line -> text(name, line)).toList();
          if (binary) {
            int before = rest.size();
            texts.forEach(text -> add(text.getBytes(StandardCharsets.UTF_8), rest));
            output.putObject("parameters").put("binary_data_size", rest.size() - before);
          } else {
            texts.forEach(output.putArray("data")::add);
          }
        });
    return json;
  }

  private static String text(String output, ObjectNode line) {
    return output.equals("text")
        ? Objects.requireNonNullElse(line.path("text").textValue(), "")
        : line.toString();
  }

  private static void add(byte[] element, ByteArrayOutputStream to) {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    to.writeBytes(length.putInt(element.length).array());
    to.writeBytes(element);
  }
}
