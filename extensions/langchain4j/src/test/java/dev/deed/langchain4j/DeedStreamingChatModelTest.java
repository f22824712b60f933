package dev.deed.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streams of LangChain4j against whole answers. */
final class DeedStreamingChatModelTest {
  private static final String DATE = "fr: le 9 février 2041";
  private static EncoderDecoderModel model;
  private static Engine engine;
  private static DeedStreamingChatModel values;

  @BeforeAll
  static void open() {
    model = EncoderDecoderModel.open(Path.of("../..", "models", "values"));
    engine = model.engine(EngineOptions.defaults());
    values = DeedStreamingChatModel.builder().engine(engine).build();
  }

  @AfterAll
  static void close() {
    values.close();
    engine.close();
    model.close();
  }

  private static ChatRequest.Builder question() {
    return ChatRequest.builder().messages(UserMessage.from(DATE));
  }

  /** Keeps what comes, and cancels at the first part where it is told to. */
  private static final class Kept implements StreamingChatResponseHandler {
    private final List<String> parts = new ArrayList<>();
    private final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    private final boolean cancels;

    Kept(boolean cancels) {
      this.cancels = cancels;
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
      parts.add(part.text());
      if (cancels) {
        context.streamingHandle().cancel();
        assertThat(context.streamingHandle().isCancelled()).isTrue();
      }
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      answer.complete(response);
    }

    @Override
    public void onError(Throwable error) {
      answer.completeExceptionally(error);
    }
  }

  @Test
  void streamsAreTheWholeAnswer() throws Exception {
    String whole;
    try (DeedChatModel chat = DeedChatModel.builder().engine(engine).build()) {
      whole = chat.chat(DATE);
    }
    Kept kept = new Kept(false);
    values.chat(question().build(), kept);
    ChatResponse answer = kept.answer.get(20, TimeUnit.SECONDS);
    assertThat(kept.parts).hasSizeGreaterThan(1);
    assertThat(String.join("", kept.parts)).isEqualTo(answer.aiMessage().text()).isEqualTo(whole);
    Kept wrong = new Kept(false);
    values.chat(question().maxOutputTokens(1 << 30).build(), wrong);
    assertThat(wrong.answer)
        .failsWithin(20, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(InvalidRequestException.class);
  }

  @Test
  void aCancelledStreamIsToldNothingMore() throws Exception {
    Kept kept = new Kept(true);
    values.chat(question().build(), kept);
    assertThat(kept.answer).failsWithin(1, TimeUnit.SECONDS);
    assertThat(kept.answer).isNotDone();
    assertThat(kept.parts).hasSize(1);
  }
}
