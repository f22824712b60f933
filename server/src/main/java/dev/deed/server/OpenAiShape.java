package dev.deed.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
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
  String kind(boolean stream) {
    return stream ? chunk : whole;
  }

  /** A choice of a whole answer. */
  ObjectNode choice(int index, GeneratedSequence sequence) {
    String text = sequence.text();
    return choice(index, object().set("message", beginning(text)), text, sequence);
  }

  /** The first part of a choice in a stream; null where nothing is told before its text. */
  @Nullable ObjectNode first(int index) {
    return this == CHAT ? choice(index, object().set("delta", beginning("")), null, null) : null;
  }

  /** A part of the text of a choice in a stream. */
  ObjectNode delta(int index, String text) {
    return choice(index, object().set("delta", object().put("content", text)), text, null);
  }

  /** The last part of a choice in a stream. */
  ObjectNode last(int index, GeneratedSequence sequence) {
    return choice(index, object().set("delta", object()), "", sequence);
  }

  private static ObjectNode beginning(@Nullable String text) {
    return object().put("role", "assistant").put("content", text).putNull("refusal");
  }

  /**
   * @param chat what the choice of a chat holds
   * @param text what that of the older interface holds
   * @param ended the sequence whose end this is; null where more of it comes
   */
  private ObjectNode choice(
      int index, ObjectNode chat, @Nullable String text, @Nullable GeneratedSequence ended) {
    String finish = ended == null ? null : ended.finish() == Finish.LENGTH ? "length" : "stop";
    ObjectNode choice = object().put("index", index);
    ObjectNode json = this == CHAT ? choice.setAll(chat) : choice.put("text", text);
    json.putNull("logprobs").put("finish_reason", finish);
    InputException shortfall = ended == null ? null : ended.shortfall();
    return shortfall == null ? json : json.put("warning", shortfall.getMessage());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
