package dev.deed.langchain4j;

import dev.deed.Ticket;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Set;

/**
 * Asks a model about a text or a picture: one question, one answer. System text stands before the
 * user's, one {@code ImageContent} with bytes or a {@code file:} URL is the picture, an {@code
 * AiMessage} at the end is how the answer begins. A {@code ResponseFormat} of JSON holds the
 * answer's text to its schema. Tools, a history and several pictures are refused.
 *
 * <p>Requests share one batch of the engine. Safe for use from many threads, virtual ones too.
 */
public final class DeedChatModel implements ChatModel, AutoCloseable {
  private final Chat chat;

  private DeedChatModel(Chat chat) {
    this.chat = chat;
  }

  /** {@return what makes such a model} */
  public static DeedChatModelBuilder<DeedChatModel> builder() {
    return new DeedChatModelBuilder<>(DeedChatModel::new);
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    Ticket ticket = chat.model().ask(chat.question(request));
    return chat.response(ticket, chat.model().await(ticket));
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return chat.parameters();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return chat.listeners();
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OTHER;
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }

  /** Closes the model, if it was opened for this. */
  @Override
  public void close() {
    chat.model().close();
  }
}
