package dev.deed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ChatInput;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.server.http.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The bodies of OpenAI's interfaces. Each field is read from the one {@link Fields} of its body, by
 * this class, by {@link ChatMessages} or by {@link OpenAiSettings}; what none of them read is
 * refused unless it has no effect.
 */
final class OpenAiBody {
  /** Bounds what one body may ask, before the engine does. */
  private static final int MOST_PROMPTS = 2048;

  private OpenAiBody() {}

  /**
   * Reads a body.
   *
   * @throws ApiException when it cannot be used
   */
  static ParsedBody parse(ObjectNode json, OpenAiShape shape) {
    Fields fields = new Fields("request", "", json);
    OpenAiSettings settings = OpenAiSettings.read(fields, shape);
    String model = fields.text("model");
    boolean stream = Boolean.TRUE.equals(fields.flag("stream"));
    boolean usage = usage(fields, stream);
    List<Input> inputs =
        shape == OpenAiShape.CHAT ? List.of(ChatMessages.read(fields)) : prompts(fields);
    OpenAiSettings.refuseOthers(fields);
    return new ParsedBody(
        model,
        inputs.stream().map(input -> new Request(input, settings.options())).toList(),
        stream,
        served -> new OpenAiAnswer(shape, settings, usage, served));
  }

  private static boolean usage(Fields fields, boolean stream) {
    ObjectNode options = fields.object("stream_options");
    if (options == null) {
      return false;
    }
    ApiException.require(
        stream, "stream_options", "are for streams alone; set stream, or leave them out");
    Fields inside = new Fields("request", "stream_options.", options);
    boolean usage = Boolean.TRUE.equals(inside.flag("include_usage"));
    // It pads events against eavesdroppers, which changes no answer.
    inside.flag("include_obfuscation");
    refuseOthers("stream_options", inside);
    return usage;
  }

  /** Refuses what nobody read of an object: its names mean nothing here. */
  static void refuseOthers(String param, Fields object) {
    for (String other : object.others().keySet()) {
      throw ApiException.badRequest(
          param + ": there is no " + other + "; leave it out", param, "unknown_parameter");
    }
  }

  /** One prompt or several, as texts or tokens. */
  private static List<Input> prompts(Fields fields) {
    JsonNode prompt = Objects.requireNonNullElse(fields.value("prompt"), MissingNode.getInstance());
    if (!prompt.isArray() || prompt.isEmpty() || prompt.get(0).isIntegralNumber()) {
      return List.of(prompt(fields, prompt));
    }
    ApiException.require(
        prompt.size() <= MOST_PROMPTS, "prompt", "holds more than " + MOST_PROMPTS);
    List<Input> inputs = new ArrayList<>();
    prompt.forEach(one -> inputs.add(prompt(fields, one)));
    return inputs;
  }

  private static Input prompt(Fields fields, JsonNode prompt) {
    if (prompt.isTextual()) {
      return Input.ofText(prompt.textValue());
    }
    ApiException.require(
        prompt.isArray() && !prompt.isEmpty(),
        "prompt",
        "is no text, no list of tokens, and no list of these");
    int[] ids = new int[prompt.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = prompt.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
        throw fields.wrong("prompt", "a list of whole numbers from 0 to " + Integer.MAX_VALUE);
      }
      ids[i] = id.intValue();
    }
    return Input.ofTokenIds(ids);
  }

  /** The messages of a body as a {@link ChatInput}. Belongs to one request. */
  private static final class ChatMessages {
    private static final String PARAM = "messages";

    private final ChatInput chat = new ChatInput();

    /**
     * Reads the messages of a body as what a model reads.
     *
     * @throws ApiException 400 when they hold what is not supported
     * @throws dev.deed.value.InputException when a field has a wrong type, or they are more than
     *     one question
     */
    static Input read(Fields fields) {
      ChatMessages read = new ChatMessages();
      fields.objects(PARAM).forEach(read::add);
      return read.chat.input();
    }

    private void add(Fields message) {
      switch (message.text("role")) {
        case "system", "developer" -> chat.addSystem(texts(message, false));
        case "user" -> {
          chat.addUser();
          texts(message, true).forEach(chat::addText);
        }
        case "assistant" -> chat.addAssistant(String.join("", texts(message, false)));
        case null, default ->
            throw ApiException.badRequest(
                "messages: have a role that is not system, developer, user or assistant", PARAM);
      }
      refuseOthers(message);
    }

    /** A name of the speaker, calls of tools and the like would be ignored. */
    private static void refuseOthers(Fields message) {
      for (Map.Entry<String, JsonNode> other : message.others().entrySet()) {
        JsonNode value = other.getValue();
        if (!value.isNull() && !(value.isArray() && value.isEmpty())) {
          throw ApiException.unsupported(
              PARAM, other.getKey() + " is not supported in a message; leave it out");
        }
      }
    }

    private List<String> texts(Fields message, boolean mayShow) {
      JsonNode content = message.value("content");
      if (content != null && content.isTextual()) {
        return List.of(content.textValue());
      }
      if (content == null || !content.isArray()) {
        throw message.wrong("content", "a text or a list of parts");
      }
      List<String> texts = new ArrayList<>();
      for (Fields part : message.objects("content")) {
        String type = part.text("type");
        if ("text".equals(type)) {
          String text = part.text("text");
          if (text == null) {
            throw part.wrong("text", "a text");
          }
          texts.add(text);
        } else if (mayShow && "image_url".equals(type)) {
          show(part);
        } else {
          String shown = mayShow ? " and no image_url" : "";
          throw ApiException.unsupported(PARAM, "hold a part that is no text" + shown);
        }
      }
      return texts;
    }

    private void show(Fields part) {
      Fields fields = part.inside("image_url");
      String url = fields.text("url");
      if (url == null) {
        throw fields.wrong("url", "a text");
      }
      // How finely to look: each model has its own size of pictures.
      fields.text("detail");
      refuseOthers(fields);
      chat.addPicture(DataUrl.bytes(url, PARAM, DataUrl.Medium.PICTURE));
    }
  }
}
