package dev.deed.langchain4j;

import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.value.Finish;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What whole and streamed chats share. Safe for use from many threads.
 *
 * @param options what a request leaves open
 * @param parameters what a request leaves open in LangChain4j's terms, the model's name with it
 */
record Chat(
    LocalModel model,
    GenerationOptions options,
    ChatRequestParameters parameters,
    List<ChatModelListener> listeners) {

  /**
   * Reads a request.
   *
   * @throws dev.langchain4j.exception.LangChain4jException when it cannot be answered here
   */
  Request question(ChatRequest request) {
    String name = request.modelName();
    if (name != null && !name.equals(model.name())) {
      throw new ModelNotFoundException(
          "model %s is not served here; this one is %s".formatted(name, model.name()));
    }
    return ChatQuestion.of(request, options);
  }

  ChatResponse response(Ticket ticket, Generation answer) {
    int written = answer.sequences().stream().mapToInt(sequence -> sequence.tokens().size()).sum();
    return ChatResponse.builder()
        .id("deed-" + UUID.randomUUID())
        .modelName(model.name())
        .aiMessage(AiMessage.from(Objects.requireNonNullElse(answer.text(), "")))
        .tokenUsage(new TokenUsage(ticket.sourceLength(), written))
        .finishReason(answer.finish() == Finish.LENGTH ? FinishReason.LENGTH : FinishReason.STOP)
        .build();
  }
}
