package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Input;
import dev.deed.data.Fields;
import dev.deed.server.http.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a chat as an encoder-decoder takes them: the user's text behind that of the
 * system is the prompt, a picture is the picture, an assistant's message at the end is how the
 * answer begins. Belongs to one request.
 */
final class ChatMessages {
  private static final String PARAM = "messages";
  private static final String TURNS =
      "have several turns; this model answers one question without a history";

  private final List<String> prompt = new ArrayList<>();
  private @Nullable String assistant;
  private byte @Nullable [] picture;
  private boolean hasUser;

  /**
   * Reads the messages of a body as what a model reads.
   *
   * @throws ApiException 400 when they are no messages, or more than one question
   * @throws dev.deed.value.InputException when a field has a wrong type
   */
  static Input read(Fields fields) {
    ChatMessages read = new ChatMessages();
    fields.objects(PARAM).forEach(read::add);
    ApiException.require(read.hasUser, PARAM, "hold no message of the user");
    return read.input();
  }

  private Input input() {
    String text = prompt.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    Input input =
        Input.empty()
            .withText(prompt.isEmpty() ? null : text)
            .withDecoderPrompt("".equals(assistant) ? null : assistant);
    return picture == null ? input : input.withImage(picture);
  }

  private void add(Fields message) {
    String role = message.text("role");
    ApiException.require(assistant == null, PARAM, TURNS);
    switch (role) {
      case "system", "developer" -> {
        ApiException.require(
            !hasUser, PARAM, "hold a system message behind the user's; put it before");
        prompt.addAll(texts(message, false));
      }
      case "user" -> {
        ApiException.require(!hasUser, PARAM, TURNS);
        hasUser = true;
        prompt.addAll(texts(message, true));
      }
      case "assistant" -> {
        ApiException.require(hasUser, PARAM, "the assistant's begins the answer: it comes last");
        assistant = String.join("", texts(message, false));
      }
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
    ApiException.require(picture == null, PARAM, "hold two pictures; give one");
    picture = DataUrl.bytes(url, PARAM, DataUrl.Medium.PICTURE);
  }
}
