package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.ChatInput;
import dev.deed.Input;
import dev.deed.data.Fields;
import dev.deed.server.http.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The messages of a body as a {@link ChatInput}. Belongs to one request. */
final class ChatMessages {
  private static final String PARAM = "messages";

  private final ChatInput chat = new ChatInput();

  /**
   * Reads the messages of a body as what a model reads.
   *
   * @throws ApiException 400 when they hold what is not supported
   * @throws dev.deed.value.InputException when a field has a wrong type, or they are more than one
   *     question
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
