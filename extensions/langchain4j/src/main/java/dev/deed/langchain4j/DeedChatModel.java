package dev.deed.langchain4j;

import dev.deed.Ticket;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

/**
 * Asks a model about a text or a picture: one question, one answer. System text stands before the
 * user's, one {@code ImageContent} with bytes or a {@code file:} URL is the picture, an {@code
 * AiMessage} at the end is how the answer begins. A {@code ResponseFormat} of JSON holds the
 * answer's text to its schema. Tools, a history and several pictures are refused.
 *
 * <p>Requests share one batch of the engine. Safe for use from many threads, virtual ones too.
 */
public final class DeedChatModel extends LocalChat implements ChatModel {
  private DeedChatModel(DeedChatModelBuilder<?> builder) {
    super(builder);
  }

  /** {@return what makes such a model} */
  public static DeedChatModelBuilder<DeedChatModel> builder() {
    return new DeedChatModelBuilder<>(DeedChatModel::new);
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    Ticket ticket = model.ask(question(request));
    return response(ticket, model.await(ticket));
  }
}
