package dev.deed.langchain4j;

import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** What whole and streamed chats share. Safe for use from many threads. */
abstract sealed class LocalChat implements AutoCloseable
    permits DeedChatModel, DeedStreamingChatModel {
  final LocalModel model;
  private final GenerationOptions options;
  private final ChatRequestParameters parameters;
  private final List<ChatModelListener> listeners;

  LocalChat(DeedChatModelBuilder<?> builder) {
    this.listeners = List.copyOf(builder.listeners);
    this.options = builder.options;
    this.model = builder.open(builder.timeout);
    this.parameters =
        DefaultChatRequestParameters.builder()
            .modelName(model.name())
            .build()
            .overrideWith(builder.defaults);
  }

  /**
   * Reads a request.
   *
   * @throws dev.langchain4j.exception.LangChain4jException when it cannot be answered here
   */
  final Request question(ChatRequest request) {
    String name = request.modelName();
    if (name != null && !name.equals(model.name())) {
      throw new ModelNotFoundException(
          "model %s is not served here; this one is %s".formatted(name, model.name()));
    }
    return ChatQuestion.of(request, options);
  }

  /**
   * Tells an answer.
   *
   * @throws NonRetriableException when it is cut off before it is a text of the language that it is
   *     held to
   */
  final ChatResponse response(Ticket ticket, Generation answer) {
    InputException shortfall = answer.shortfall();
    if (shortfall != null) {
      throw new NonRetriableException(shortfall.getMessage(), shortfall);
    }
    int written = answer.sequences().stream().mapToInt(sequence -> sequence.tokens().size()).sum();
    return ChatResponse.builder()
        .id("deed-" + UUID.randomUUID())
        .modelName(model.name())
        .aiMessage(AiMessage.from(Objects.requireNonNullElse(answer.text(), "")))
        .tokenUsage(new TokenUsage(ticket.sourceLength(), written))
        .finishReason(answer.finish() == Finish.LENGTH ? FinishReason.LENGTH : FinishReason.STOP)
        .build();
  }

  public final ChatRequestParameters defaultRequestParameters() {
    return parameters;
  }

  public final List<ChatModelListener> listeners() {
    return listeners;
  }

  public final ModelProvider provider() {
    return ModelProvider.OTHER;
  }

  public final Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }

  /** Closes the model, if it was opened for this. */
  @Override
  public final void close() {
    model.close();
  }
}
