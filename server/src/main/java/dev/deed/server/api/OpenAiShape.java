package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** How OpenAI's two interfaces write what they have in common. */
enum OpenAiShape {
  /** {@code /v1/chat/completions}. */
  CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk"),
  /** {@code /v1/completions}. */
  TEXT("cmpl-", "text_completion", "text_completion");

  private final String prefix;
  private final String whole;
  private final String chunk;

  OpenAiShape(String prefix, String whole, String chunk) {
    this.prefix = prefix;
    this.whole = whole;
    this.chunk = chunk;
  }

  /** How ids of answers begin. */
  String prefix() {
    return prefix;
  }

  /** What a whole answer, or a part of a stream, says that it is. */
  String object(boolean stream) {
    return stream ? chunk : whole;
  }

  /** A choice of a whole answer. */
  ObjectNode choice(int index, @Nullable String text, String finish) {
    ObjectNode choice = begun(index);
    if (this == CHAT) {
      choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
    } else {
      choice.put("text", text);
    }
    return choice.putNull("logprobs").put("finish_reason", finish);
  }

  /** The first part of a choice in a stream; null where nothing is told before its text. */
  @Nullable ObjectNode first(int index) {
    if (this == TEXT) {
      return null;
    }
    ObjectNode choice = begun(index);
    choice.putObject("delta").put("role", "assistant").put("content", "").putNull("refusal");
    return choice.putNull("logprobs").putNull("finish_reason");
  }

  /** A part of the text of a choice in a stream. */
  ObjectNode delta(int index, String text) {
    ObjectNode choice = begun(index);
    if (this == CHAT) {
      choice.putObject("delta").put("content", text);
    } else {
      choice.put("text", text);
    }
    return choice.putNull("logprobs").putNull("finish_reason");
  }

  /** The last part of a choice in a stream. */
  ObjectNode last(int index, String finish) {
    ObjectNode choice = begun(index);
    if (this == CHAT) {
      choice.putObject("delta");
    } else {
      choice.put("text", "");
    }
    return choice.putNull("logprobs").put("finish_reason", finish);
  }

  private static ObjectNode begun(int index) {
    return JsonNodeFactory.instance.objectNode().put("index", index);
  }
}
