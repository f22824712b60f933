package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.value.ExitSetting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The body of an inference: tensors of type {@code BYTES}, whose elements are fields of bodies of
 * {@code /v1/generate}. They stand in the JSON, files in base64, or behind it, each after its
 * length of four bytes, the lowest first.
 */
final class InferenceBody {
  static final String HEADER = "Inference-Header-Content-Length";
  static final List<String> NAMES = List.of("prompt", "decoder_prompt", "image", "audio");
  private static final String FILE = "data:;base64,";

  /** Of elements, before the engine bounds them. */
  private static final int MOST = 2048;

  private static final int MOST_PARAMETERS = 64;

  private InferenceBody() {}

  /**
   * Reads a request for a model.
   *
   * @throws ApiException when it cannot be used
   */
  static ParsedBody read(Exchange exchange, String model) throws IOException, InterruptedException {
    String stated = exchange.header(HEADER);
    if (stated == null) {
      return StrictJson.of(exchange, json -> parse(model, json, ByteBuffer.allocate(0)));
    }
    return exchange.body(
        body -> {
          int length = stated.matches("[0-9]{1,9}") ? Integer.parseInt(stated) : -1;
          ApiException.require(
              length >= 0 && length <= body.length, HEADER, "is no length within the body");
          exchange.takeMemory(2L * (body.length - length));
          ObjectNode json = StrictJson.parse(Arrays.copyOf(body, length), exchange::takeMemory);
          return parse(model, json, ByteBuffer.wrap(body).position(length));
        });
  }

  private static ParsedBody parse(String model, ObjectNode json, ByteBuffer rest) {
    Fields fields = new Fields("request", "", json);
    String id = fields.text("id");
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    ObjectNode parameters = object(fields, "parameters");
    boolean binary = parameters.path("binary_data_output").asBoolean();
    parameters.remove("binary_data_output");
    // Each question has its own copy of them.
    ApiException.require(
        parameters.size() <= MOST_PARAMETERS
            && parameters.valueStream().allMatch(JsonNode::isValueNode),
        "parameters",
        "are texts, numbers and flags, " + MOST_PARAMETERS + " at most");
    for (Map.Entry<String, JsonNode> one : parameters.properties()) {
      String place = ExitSetting.named(one.getKey()) == null ? "/generation" : "/exits";
      settings.withObject(place).set(one.getKey(), one.getValue());
    }
    List<ParsedBody> rows = lines(fields, settings, rest).stream().map(LineBody::parse).toList();
    Map<String, Boolean> outputs = outputs(fields, binary);
    OpenAiBody.refuseOthers("request", fields);
    return new ParsedBody(
        model,
        rows.stream().map(row -> row.requests().getFirst()).toList(),
        false,
        served -> new InferenceAnswer(served, id, outputs, rows));
  }

  private static ObjectNode object(Fields fields, String name) {
    ObjectNode object = fields.object(name);
    return object == null ? JsonNodeFactory.instance.objectNode() : object;
  }

  private static List<ObjectNode> lines(Fields fields, ObjectNode settings, ByteBuffer rest) {
    List<ObjectNode> lines = new ArrayList<>();
    for (Fields input : fields.objects("inputs")) {
      String name = Objects.requireNonNullElse(input.text("name"), "");
      ApiException.require(
          NAMES.contains(name) && (lines.isEmpty() || !lines.getFirst().has(name)),
          "inputs",
          "are of " + NAMES + ", each once");
      List<String> elements = elements(name, input, rest);
      for (int i = 0; i < elements.size(); i++) {
        if (i == lines.size()) {
          lines.add(settings.deepCopy());
        }
        lines.get(i).put(name, elements.get(i));
      }
    }
    ApiException.require(
        !rest.hasRemaining() && lines.stream().mapToInt(ObjectNode::size).distinct().count() == 1,
        "inputs",
        "are none, have different numbers of elements, or end before the body does");
    return lines;
  }

  /** Which are wanted, and whether behind the JSON; all where the request names none. */
  private static Map<String, Boolean> outputs(Fields fields, boolean binary) {
    Map<String, Boolean> outputs = new LinkedHashMap<>();
    for (Fields output : fields.objects("outputs")) {
      String name = Objects.requireNonNullElse(output.text("name"), "");
      ObjectNode parameters = object(output, "parameters");
      outputs.put(name, parameters.path("binary_data").asBoolean(binary));
      parameters.remove("binary_data");
      ApiException.require(
          InferenceAnswer.OUTPUTS.contains(name) && parameters.isEmpty(),
          "outputs",
          "are " + InferenceAnswer.OUTPUTS + ", with binary_data alone");
    }
    if (outputs.isEmpty()) {
      InferenceAnswer.OUTPUTS.forEach(name -> outputs.put(name, binary));
    }
    return outputs;
  }

  private static List<String> elements(String name, Fields input, ByteBuffer rest) {
    int[] shape = input.integers("shape", 1, MOST);
    JsonNode data = input.value("data");
    ObjectNode parameters = object(input, "parameters");
    List<String> elements = new ArrayList<>();
    if (data != null && parameters.isEmpty()) {
      add(name, data, elements);
    } else {
      Fields described = new Fields("request", name + ".", parameters);
      Integer stated = described.integer("binary_data_size", 0, rest.remaining());
      int size = Objects.requireNonNullElse(stated, -1);
      ApiException.require(data == null && size >= 0, name, "has no data, or two");
      add(name, rest.slice(rest.position(), size).order(ByteOrder.LITTLE_ENDIAN), elements);
      rest.position(rest.position() + size);
    }
    ApiException.require(
        "BYTES".equals(input.text("datatype"))
            && shape != null
            && Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> Math.min(a * b, 1L << 40))
                == elements.size(),
        name,
        "is not of datatype BYTES, or has not as many elements as its shape");
    return elements;
  }

  private static void add(String name, JsonNode data, List<String> to) {
    if (data.isArray()) {
      data.forEach(one -> add(name, one, to));
      return;
    }
    ApiException.require(
        data.isTextual() && to.size() < MOST, name, "holds what is no text, or more than " + MOST);
    to.add((isFile(name) && !data.textValue().startsWith("data:") ? FILE : "") + data.textValue());
  }

  private static boolean isFile(String name) {
    return !name.endsWith("prompt");
  }

  private static void add(String name, ByteBuffer data, List<String> to) {
    while (data.hasRemaining()) {
      int length = data.remaining() < Integer.BYTES ? -1 : data.getInt();
      ApiException.require(
          length >= 0 && length <= data.remaining() && to.size() < MOST,
          name,
          "has an element that ends behind it, or more than " + MOST);
      byte[] element = new byte[length];
      data.get(element);
      String text = new String(element, StandardCharsets.UTF_8);
      ApiException.require(
          isFile(name) || Arrays.equals(text.getBytes(StandardCharsets.UTF_8), element),
          name,
          "is not UTF-8");
      to.add(isFile(name) ? FILE + Base64.getEncoder().encodeToString(element) : text);
    }
  }
}
