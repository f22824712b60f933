package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.catalog.ModelDescription;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiModelCatalog;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LangChain4j's client, unmodified. */
class LangChainClientTest {
  private static final ChatMessage[] QUESTION = {
    SystemMessage.from("w9"), UserMessage.from("w10 w11")
  };
  private static ClientServers servers;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    servers = new ClientServers(folder);
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder whole() {
    return OpenAiChatModel.builder()
        .baseUrl(url(servers.texts))
        .apiKey(ClientServers.KEY)
        .modelName(ClientServers.TEXTS)
        .maxTokens(6)
        .maxRetries(0);
  }

  private static OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder streaming() {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(url(servers.texts))
        .apiKey(ClientServers.KEY)
        .modelName(ClientServers.TEXTS)
        .maxTokens(6);
  }

  private static String url(RunningServer server) {
    return server.server.url() + "/v1";
  }

  private static String line() throws Exception {
    JsonNode line =
        ClientServers.line(
            servers.texts, "{'prompt': 'w9 w10 w11', 'generation': {'max_new_tokens': 6}}");
    return line.path("text").asText();
  }

  /** Joins what comes, and gives up after so many parts. */
  private static final class Joining implements StreamingChatResponseHandler {
    private final StringBuilder joined = new StringBuilder();
    private final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    private final int most;
    private int parts;

    Joining(int most) {
      this.most = most;
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
      joined.append(part.text());
      parts++;
      if (parts == most) {
        context.streamingHandle().cancel();
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

    ChatResponse await() throws Exception {
      return answer.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aChatIsALineOfGenerate() throws Exception {
    ChatResponse answer = whole().build().chat(QUESTION);
    assertThat(answer.aiMessage().text()).isEqualTo(line());
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(6);
    assertThat(answer.tokenUsage().inputTokenCount()).isEqualTo(4);
  }

  @Test
  void aStreamIsTheWholeAnswer() throws Exception {
    Joining handler = new Joining(Integer.MAX_VALUE);
    streaming().build().chat(List.of(QUESTION), handler);
    ChatResponse answer = handler.await();
    assertThat(handler.joined.toString()).isEqualTo(line());
    assertThat(answer.aiMessage().text()).isEqualTo(line());
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(6);
  }

  @Test
  void answersEndBeforeStopTexts() throws Exception {
    String last = line().substring(line().lastIndexOf(' '));
    ChatResponse answer = whole().stop(List.of(last)).build().chat(QUESTION);
    assertThat(line()).startsWith(answer.aiMessage().text() + last);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void picturesAreDataUrls() throws Exception {
    UserMessage question =
        UserMessage.from(
            TextContent.from("what is the markup?"),
            ImageContent.from(ClientServers.picture(), "image/png"));
    String markup =
        OpenAiChatModel.builder()
            .baseUrl(url(servers.pictures))
            .apiKey(ClientServers.KEY)
            .modelName(ClientServers.PICTURES)
            .maxTokens(8)
            .build()
            .chat(question)
            .aiMessage()
            .text();
    assertThat(markup).startsWith("header").isEqualTo(servers.pictureLine(8).path("text").asText());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void formatsHoldAnswers(boolean strict) throws Exception {
    JsonObjectSchema value =
        JsonObjectSchema.builder()
            .description("what the text says")
            .addEnumProperty("kind", List.of("date", "amount"))
            .addBooleanProperty("sure", "left out, or null where the schema is strict")
            .required("kind")
            .build();
    JsonSchema schema = JsonSchema.builder().name("value").rootElement(value).build();
    ResponseFormat format =
        ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build();
    try (RunningServer server =
        RunningServer.of(
            RunningServer.options(ClientServers.KEY, null),
            ClientServers.MODELS.resolve("values"),
            "values")) {
      OpenAiChatModel.OpenAiChatModelBuilder model =
          whole().baseUrl(url(server)).modelName("values").maxTokens(60).strictJsonSchema(strict);
      JsonNode json = json(model.responseFormat(format));
      assertThat(json.path("kind").asText()).isIn("date", "amount");
      assertThat(json.has("sure") || !strict).isTrue();
      assertThat(json(model.responseFormat(ResponseFormat.JSON)).isObject()).isTrue();
    }
  }

  private static JsonNode json(OpenAiChatModel.OpenAiChatModelBuilder model) throws IOException {
    return new ObjectMapper().readTree(model.build().chat("fr: le 9 février 2041"));
  }

  @Test
  void errorsAreTheClientsOwn() {
    OpenAiChatModel penalty = whole().presencePenalty(0.5).build();
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> penalty.chat(QUESTION))
        .withMessageContaining("presence_penalty");
    OpenAiChatModel stranger = whole().apiKey("sesame-4712").build();
    assertThatExceptionOfType(AuthenticationException.class)
        .isThrownBy(() -> stranger.chat(QUESTION));
    OpenAiChatModel nobody = whole().modelName("nobody").build();
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> nobody.chat(QUESTION))
        .withMessageContaining(ClientServers.TEXTS);
    Joining handler = new Joining(Integer.MAX_VALUE);
    streaming().presencePenalty(0.5).build().chat(List.of(QUESTION), handler);
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(handler::await)
        .withCauseInstanceOf(InvalidRequestException.class);
  }

  @Test
  void modelsAreListed() {
    List<ModelDescription> models =
        OpenAiModelCatalog.builder()
            .baseUrl(url(servers.texts))
            .apiKey(ClientServers.KEY)
            .build()
            .listModels();
    assertThat(models).extracting(ModelDescription::name).containsExactly(ClientServers.TEXTS);
  }

  @Test
  void aStreamThatIsCancelledIsGivenUp() throws Exception {
    double before = servers.left();
    OpenAiStreamingChatModel model =
        streaming().maxTokens(100_000).customParameters(Map.of("min_new_tokens", 100_000)).build();
    model.chat(List.of(QUESTION), new Joining(5));
    servers.untilLeft(before + 1);
  }
}
