package dev.deed.langchain4j;

import dev.deed.Request;
import dev.deed.Ticket;
import dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.time.Duration;

/**
 * Asks a model as {@link DeedChatModel} does, and tells a handler of the answer as it grows, on a
 * virtual thread. A cancelled stream is told nothing more. Safe for use from many threads.
 */
public final class DeedStreamingChatModel extends LocalChat implements StreamingChatModel {
  private static final Duration WAIT = Duration.ofSeconds(1);

  private DeedStreamingChatModel(DeedChatModelBuilder<?> builder) {
    super(builder);
  }

  /** {@return what makes such a model} */
  public static DeedChatModelBuilder<DeedStreamingChatModel> builder() {
    return new DeedChatModelBuilder<>(DeedStreamingChatModel::new);
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    Request question = question(request);
    Thread.ofVirtual().name("deed-answer").start(() -> stream(question, handler));
  }

  private void stream(Request question, StreamingChatResponseHandler handler) {
    StreamedAnswer handle = null;
    ChatResponse response;
    try {
      Ticket ticket = model.ask(question);
      handle = new StreamedAnswer(ticket);
      tell(ticket, handler, handle);
      response = response(ticket, model.await(ticket));
    } catch (RuntimeException | InterruptedException e) {
      if (handle == null || !handle.isCancelled()) {
        RuntimeException failure = LocalModel.failure(e);
        InternalStreamingChatResponseHandlerUtils.withLoggingExceptions(
            () -> handler.onError(failure));
      }
      return;
    }
    InternalStreamingChatResponseHandlerUtils.onCompleteResponse(handler, response);
  }

  private static void tell(
      Ticket ticket, StreamingChatResponseHandler handler, StreamingHandle handle)
      throws InterruptedException {
    while (true) {
      Ticket.Event event = ticket.next(WAIT);
      String text =
          switch (event) {
            case Ticket.Event.Emitted emitted -> emitted.text();
            case Ticket.Event.Ended ended -> ended.text();
            case Ticket.Event.Waiting _ -> "";
          };
      if (!text.isEmpty() && !handle.isCancelled()) {
        InternalStreamingChatResponseHandlerUtils.onPartialResponse(handler, text, handle);
      }
      if (event instanceof Ticket.Event.Ended) {
        return;
      }
    }
  }

  private record StreamedAnswer(Ticket ticket) implements StreamingHandle {
    @Override
    public void cancel() {
      ticket.cancel();
    }

    @Override
    public boolean isCancelled() {
      return ticket.result().isCancelled();
    }
  }
}
