package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.server.http.ApiException;
import dev.deed.server.serving.Refusals;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The bodies of OpenAI's interface. */
final class OpenAiBody {
  private static final Set<String> COMMON = Set.of("model", "stream", "stream_options", "deed");

  /** Bounds what one body may ask, before the engine does. */
  private static final int MOST_PROMPTS = 2048;

  private OpenAiBody() {}

  /** {@code /v1/chat/completions}. */
  static Question chat(ObjectNode json) {
    return read(
        json,
        "messages",
        settings -> {
          ChatMessages messages = ChatMessages.read(json);
          return List.of(request(messages.line(), messages.picture(), settings.options()));
        });
  }

  /** {@code /v1/completions}: one prompt or several, as texts or tokens. */
  static Question completion(ObjectNode json) {
    return read(
        json,
        "prompt",
        settings -> {
          bestOf(json);
          GenerationOptions options = settings.options();
          return prompts(json).stream().map(line -> request(line, null, options)).toList();
        });
  }

  /**
   * @param requests turns the settings of a body, and the rest of it, into requests
   */
  private static Question read(
      ObjectNode json, String input, Function<OpenAiSettings, List<Request>> requests) {
    try {
      Fields fields = new Fields("request", "", json);
      String model = fields.text("model");
      boolean stream = Boolean.TRUE.equals(fields.flag("stream"));
      boolean usage = usage(fields, stream);
      Set<String> read = new HashSet<>(COMMON);
      read.add(input);
      if (input.equals("prompt")) {
        read.add("best_of");
      }
      OpenAiSettings settings = OpenAiSettings.read(json, read);
      List<Request> asked = requests.apply(settings);
      return new Question(model, asked, stream, usage, settings.trace(), settings.logprobs(), null);
    } catch (InputException e) {
      throw Refusals.of(e);
    }
  }

  private static boolean usage(Fields fields, boolean stream) {
    ObjectNode options = fields.object("stream_options");
    if (options == null) {
      return false;
    }
    if (!stream) {
      throw ApiException.badRequest(
          "stream_options: are for streams alone; set stream, or leave them out", "stream_options");
    }
    Fields inside = new Fields("request", "stream_options.", options);
    boolean usage = Boolean.TRUE.equals(inside.flag("include_usage"));
    // It pads events against eavesdroppers, which changes no answer.
    inside.flag("include_obfuscation");
    for (String other : inside.others().keySet()) {
      throw ApiException.badRequest(
          "stream_options: there is no " + other + "; leave it out",
          "stream_options",
          "unknown_parameter");
    }
    return usage;
  }

  private static Request request(
      ObjectNode line, byte @Nullable [] picture, GenerationOptions options) {
    return new Request(LineBody.input(InputLine.of("request", line), picture), options);
  }

  /** More candidates than answers would be drawn and dropped, which is not done here. */
  private static void bestOf(ObjectNode json) {
    Integer best = new Fields("request", "", json).integer("best_of", 1, Integer.MAX_VALUE);
    if (best != null && best != json.path("n").asInt(1)) {
      throw ApiException.unsupported("best_of", "is not supported beyond n; use num_beams");
    }
  }

  private static List<ObjectNode> prompts(ObjectNode json) {
    JsonNode prompt = json.path("prompt");
    List<ObjectNode> lines = new ArrayList<>();
    boolean several = prompt.isArray() && !prompt.isEmpty() && !prompt.get(0).isIntegralNumber();
    if (several) {
      prompt.forEach(one -> lines.add(line(one)));
    } else {
      lines.add(line(prompt));
    }
    if (lines.size() > MOST_PROMPTS) {
      throw ApiException.badRequest("prompt: holds more than " + MOST_PROMPTS, "prompt");
    }
    return lines;
  }

  private static ObjectNode line(JsonNode prompt) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    if (prompt.isTextual()) {
      return line.put("prompt", prompt.textValue());
    }
    if (prompt.isArray() && !prompt.isEmpty()) {
      return line.set("input_ids", prompt);
    }
    throw ApiException.badRequest(
        "prompt: is no text, no list of tokens, and no list of these", "prompt");
  }
}
