package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Refusals;
import dev.deed.value.ExitSetting;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The body of an inference: tensors of texts, pictures and sounds, all of type {@code BYTES} and of
 * as many elements as there are questions. Elements stand in the JSON, files among them in base64,
 * or behind it, each after its length of four bytes, the lowest first.
 */
final class InferenceBody {
  static final String HEADER = "Inference-Header-Content-Length";

  /** The tensor for what models read. */
  static final Map<String, String> INPUTS =
      Map.of(
          "input_ids", "prompt",
          "pixel_values", "image",
          "flattened_patches", "image",
          "input_features", "audio",
          "input_values", "audio");

  private static final List<String> TEXTS = List.of("prompt", "decoder_prompt");
  private static final List<String> NAMES = List.of("prompt", "decoder_prompt", "image", "audio");

  /** Of elements, before the engine bounds them. */
  private static final int MOST = 2048;

  private static final String BINARY = "binary_data_output";

  /** Elements of each tensor; not copied. */
  private final Map<String, List<byte[]>> tensors = new LinkedHashMap<>();

  private InferenceBody() {}

  /**
   * Reads a request for a model.
   *
   * @throws ApiException when it cannot be used
   */
  static ParsedBody read(Exchange exchange, String model) throws IOException, InterruptedException {
    return StrictJson.of(
        exchange,
        HEADER,
        (json, rest) -> {
          try {
            return new InferenceBody().parse(model, new Fields("request", "", json), rest);
          } catch (InputException e) {
            throw Refusals.of(e);
          }
        });
  }

  private ParsedBody parse(String model, Fields fields, ByteBuffer rest) {
    String id = fields.text("id");
    fields.objects("inputs").forEach(input -> add(input, rest));
    ApiException.require(!rest.hasRemaining(), "inputs", "end before the body does");
    int count = tensors.isEmpty() ? 0 : tensors.values().iterator().next().size();
    ApiException.require(
        count > 0 && tensors.values().stream().allMatch(one -> one.size() == count),
        "inputs",
        "are none, or have different numbers of elements");
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    ObjectNode parameters = fields.object("parameters");
    boolean binary = false;
    if (parameters != null) {
      Fields inside = new Fields("request", "parameters.", parameters);
      binary = Boolean.TRUE.equals(inside.flag(BINARY));
      inside.others().forEach((name, value) -> set(settings, name, value));
    }
    Map<String, Boolean> outputs = outputs(fields, binary);
    OpenAiBody.refuseOthers("request", fields);
    List<InputLine> lines = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LineBody.Asked asked = LineBody.asked(line(settings, i), Set.of());
      Input input = asked.input();
      input = has("image") ? input.withImage(element("image", i)) : input;
      input = has("audio") ? input.withAudio(element("audio", i)) : input;
      requests.add(new Request(input, asked.options().of(asked.line())));
      lines.add(asked.line());
    }
    return new ParsedBody(
        model, requests, false, _ -> new InferenceAnswer(model, id, outputs, lines));
  }

  /** A setting by its own name, of exits or of generation. */
  private static void set(ObjectNode settings, String name, JsonNode value) {
    if (ExitSetting.named(name) != null) {
      settings.withObject("/exits").set(name, value);
    } else if (GenerationOptions.isSetting(name)) {
      settings.withObject("/generation").set(name, value);
    } else {
      throw ApiException.unknownParameter("parameters." + name);
    }
  }

  /** Which are wanted, and whether behind the JSON; all where the request names none. */
  private static Map<String, Boolean> outputs(Fields fields, boolean binary) {
    Map<String, Boolean> outputs = new LinkedHashMap<>();
    for (Fields output : fields.objects("outputs")) {
      String name = output.text("name");
      ApiException.require(
          name != null && InferenceAnswer.OUTPUTS.contains(name),
          "outputs",
          "are of " + String.join(" and ", InferenceAnswer.OUTPUTS));
      ObjectNode parameters = output.object("parameters");
      boolean own = binary;
      if (parameters != null) {
        Fields inside = new Fields("request", "outputs.parameters.", parameters);
        own = Objects.requireNonNullElse(inside.flag("binary_data"), binary);
        OpenAiBody.refuseOthers("outputs", inside);
      }
      outputs.put(name, own);
      OpenAiBody.refuseOthers("outputs", output);
    }
    if (outputs.isEmpty()) {
      InferenceAnswer.OUTPUTS.forEach(name -> outputs.put(name, binary));
    }
    return outputs;
  }

  private boolean has(String name) {
    return tensors.containsKey(name);
  }

  private byte[] element(String name, int i) {
    return Objects.requireNonNull(tensors.get(name)).get(i);
  }

  /** A line of {@code /v1/generate}, without its files. */
  private ObjectNode line(ObjectNode settings, int i) {
    ObjectNode line = settings.deepCopy();
    for (String name : TEXTS) {
      if (has(name)) {
        try {
          ByteBuffer text = ByteBuffer.wrap(element(name, i));
          line.put(name, StandardCharsets.UTF_8.newDecoder().decode(text).toString());
        } catch (CharacterCodingException e) {
          throw ApiException.badRequest(name + ": is not UTF-8", name);
        }
      }
    }
    return line;
  }

  /** Reads a tensor. */
  private void add(Fields input, ByteBuffer rest) {
    String name = Objects.requireNonNullElse(input.text("name"), "");
    ApiException.require(
        NAMES.contains(name) && !has(name),
        "inputs",
        "are of " + String.join(", ", NAMES) + ", each once");
    ApiException.require("BYTES".equals(input.text("datatype")), name, "is not of datatype BYTES");
    int[] shape = input.integers("shape", 1, MOST);
    ObjectNode parameters = input.object("parameters");
    Integer size = null;
    if (parameters != null) {
      Fields inside = new Fields("request", name + ".parameters.", parameters);
      size = inside.integer("binary_data_size", 0, rest.remaining());
      OpenAiBody.refuseOthers(name, inside);
    }
    JsonNode data = input.value("data");
    List<byte[]> elements = new ArrayList<>();
    if (size != null && data == null) {
      addBinary(name, rest.slice(rest.position(), size), elements);
      rest.position(rest.position() + size);
    } else if (size == null && data != null) {
      addTexts(name, data, elements);
    }
    ApiException.require(
        shape != null && elements.size() <= MOST && elements.size() == product(shape),
        name,
        "has no data, twice its data, or not as many elements as its shape, of "
            + MOST
            + " at most");
    OpenAiBody.refuseOthers(name, input);
    tensors.put(name, elements);
  }

  /** No more than a tensor may have. */
  private static long product(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> Math.min(a * b, MOST + 1L));
  }

  private static void addBinary(String name, ByteBuffer part, List<byte[]> to) {
    part.order(ByteOrder.LITTLE_ENDIAN);
    while (part.hasRemaining() && to.size() <= MOST) {
      int length = part.remaining() < Integer.BYTES ? -1 : part.getInt();
      ApiException.require(
          length >= 0 && length <= part.remaining(), name, "has an element that ends behind it");
      byte[] element = new byte[length];
      part.get(element);
      to.add(element);
    }
  }

  private static void addTexts(String name, JsonNode data, List<byte[]> to) {
    if (data.isArray() && to.size() <= MOST) {
      data.forEach(one -> addTexts(name, one, to));
      return;
    }
    ApiException.require(data.isTextual(), name, "has an element that is no text");
    String text = data.textValue();
    to.add(
        TEXTS.contains(name)
            ? text.getBytes(StandardCharsets.UTF_8)
            : DataUrl.bytes(
                text.startsWith("data:") ? text : "data:;base64," + text,
                name,
                name.equals("image") ? DataUrl.Medium.PICTURE : DataUrl.Medium.SOUND));
  }
}
