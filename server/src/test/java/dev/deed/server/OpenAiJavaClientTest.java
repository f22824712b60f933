package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client for Java, unmodified. */
class OpenAiJavaClientTest {
  private static ClientServers servers;
  private static OpenAIClient texts;
  private static OpenAIClient pictures;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    servers = new ClientServers(folder);
    texts = client(servers.texts, ClientServers.KEY);
    pictures = client(servers.pictures, ClientServers.KEY);
  }

  @AfterAll
  static void end() {
    texts.close();
    pictures.close();
    servers.close();
  }

  private static OpenAIClient client(RunningServer server, String key) {
    return OpenAIOkHttpClient.builder().baseUrl(server.server.url() + "/v1").apiKey(key).build();
  }

  private static ChatCompletionCreateParams.Builder question() {
    return ChatCompletionCreateParams.builder()
        .model(ClientServers.TEXTS)
        .addSystemMessage("w9")
        .addUserMessage("w10 w11")
        .maxCompletionTokens(6);
  }

  private static JsonNode line(String settings) throws Exception {
    return ClientServers.line(
        servers.texts, "{'prompt': 'w9 w10 w11', 'generation': {" + settings + "}}");
  }

  @Test
  void probabilitiesAreTold() throws Exception {
    ChatCompletion answer =
        texts
            .chat()
            .completions()
            .create(question().logprobs(true).topLogprobs(2).build())
            .validate();
    ChatCompletion.Choice choice = answer.choices().getFirst();
    var content = choice.logprobs().orElseThrow().content().orElseThrow();
    JsonNode line = line("'max_new_tokens': 6");
    assertThat(content).hasSize(6);
    for (int i = 0; i < 6; i++) {
      assertThat(content.get(i).logprob()).isEqualTo(line.path("log_probs").path(i).asDouble());
      assertThat(content.get(i).topLogprobs()).hasSize(2);
    }
    assertThat(String.join("", content.stream().map(token -> token.token()).toList()))
        .isEqualTo(choice.message().content().orElseThrow());
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        texts
            .chat()
            .completions()
            .createStreaming(question().logprobs(true).topLogprobs(2).build())) {
      stream.stream().peek(ChatCompletionChunk::validate).forEach(all::accumulate);
    }
    assertThat(all.chatCompletion().choices().getFirst().logprobs().orElseThrow().content())
        .hasValue(content);
    Completion completion =
        texts
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model(ClientServers.TEXTS)
                    .prompt("w9 w10 w11")
                    .maxTokens(6)
                    .logprobs(2)
                    .build())
            .validate();
    var logprobs = completion.choices().getFirst().logprobs().orElseThrow();
    assertThat(logprobs.tokenLogprobs().orElseThrow()).hasSize(6);
    assertThat(logprobs.topLogprobs().orElseThrow()).hasSize(6);
    assertThat(logprobs.textOffset().orElseThrow()).hasSize(6);
  }

  @Test
  void aChatIsALineOfGenerate() throws Exception {
    ChatCompletion answer = texts.chat().completions().create(question().build()).validate();
    ChatCompletion.Choice choice = answer.choices().getFirst();
    assertThat(choice.message().content())
        .hasValue(line("'max_new_tokens': 6").path("text").asText());
    assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(6);
    assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(4);
  }

  @Test
  void aStreamIsTheWholeAnswer() {
    ChatCompletionAccumulator joined = ChatCompletionAccumulator.create();
    ChatCompletionStreamOptions usage =
        ChatCompletionStreamOptions.builder().includeUsage(true).build();
    try (StreamResponse<ChatCompletionChunk> stream =
        texts.chat().completions().createStreaming(question().streamOptions(usage).build())) {
      stream.stream().forEach(chunk -> joined.accumulate(chunk.validate()));
    }
    ChatCompletion whole = texts.chat().completions().create(question().build());
    ChatCompletion streamed = joined.chatCompletion();
    assertThat(streamed.choices().getFirst().message().content())
        .isEqualTo(whole.choices().getFirst().message().content());
    assertThat(streamed.choices().getFirst().finishReason())
        .isEqualTo(whole.choices().getFirst().finishReason());
    assertThat(streamed.usage()).isEqualTo(whole.usage());
  }

  @Test
  void exitsAreSetAndTold() {
    ChatCompletionCreateParams.Builder question =
        question()
            .putAdditionalBodyProperty(
                "deed", JsonValue.from(Map.of("confidence", "full", "trace", true)));
    ChatCompletion.Choice choice =
        texts.chat().completions().create(question.build()).choices().getFirst();
    JsonValue deed = Objects.requireNonNull(choice._additionalProperties().get("deed"));
    assertThat(deed.convert(Map.class)).containsEntry("exit_layers", List.of(6, 6, 6, 6, 6, 6));
  }

  @Test
  void severalAnswersAreDrawn() throws Exception {
    ChatCompletion answer =
        texts
            .chat()
            .completions()
            .create(question().n(2).temperature(0.9).seed(5).build())
            .validate();
    JsonNode line =
        line(
            "'do_sample': true, 'temperature': 0.9, 'seed': 5, 'num_return_sequences': 2,"
                + " 'max_new_tokens': 6");
    assertThat(answer.choices()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(answer.choices().get(i).message().content())
          .hasValue(line.path("sequences").path(i).path("text").asText());
    }
  }

  @Test
  void answersEndBeforeStopTexts() throws Exception {
    String[] words = line("'max_new_tokens': 6").path("text").asText().split(" ");
    ChatCompletion.Choice choice =
        texts
            .chat()
            .completions()
            .create(question().stopOfStrings(List.of("w500", " " + words[3])).build())
            .choices()
            .getFirst();
    String text = choice.message().content().orElseThrow();
    assertThat(String.join(" ", words)).startsWith(text + " " + words[3]);
    assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
  }

  @Test
  void promptsAreCompleted() throws Exception {
    Completion answer =
        texts
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model(ClientServers.TEXTS)
                    .promptOfArrayOfStrings(List.of("w5", "w9 w10 w11"))
                    .maxTokens(6)
                    .build())
            .validate();
    assertThat(answer.choices()).hasSize(2);
    assertThat(answer.choices().get(1).text())
        .isEqualTo(line("'max_new_tokens': 6").path("text").asText());
  }

  @Test
  void picturesAreDataUrls() throws Exception {
    ChatCompletionContentPartImage picture =
        ChatCompletionContentPartImage.builder()
            .imageUrl(
                ChatCompletionContentPartImage.ImageUrl.builder()
                    .url(ClientServers.pictureUrl())
                    .build())
            .build();
    ChatCompletionContentPartText text =
        ChatCompletionContentPartText.builder().text("what is the markup?").build();
    ChatCompletion answer =
        pictures
            .chat()
            .completions()
            .create(
                ChatCompletionCreateParams.builder()
                    .model(ClientServers.PICTURES)
                    .maxCompletionTokens(8)
                    .addUserMessageOfArrayOfContentParts(
                        List.of(
                            ChatCompletionContentPart.ofText(text),
                            ChatCompletionContentPart.ofImageUrl(picture)))
                    .build());
    assertThat(answer.choices().getFirst().message().content())
        .hasValueSatisfying(markup -> assertThat(markup).startsWith("header"))
        .hasValue(servers.pictureLine(8).path("text").asText());
  }

  @Test
  void whatIsNotSupportedIsABadRequest() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(
            () -> texts.chat().completions().create(question().presencePenalty(0.5).build()))
        .satisfies(error -> assertThat(error.param()).hasValue("presence_penalty"))
        .satisfies(error -> assertThat(error.code()).hasValue("unsupported_parameter"))
        .withMessageContaining("presence_penalty");
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(
            () -> {
              try (StreamResponse<ChatCompletionChunk> stream =
                  texts.chat().completions().createStreaming(question().n(3).build())) {
                stream.stream().forEach(chunk -> {});
              }
            });
  }

  @Test
  void aWrongKeyIsUnauthorized() {
    OpenAIClient stranger = client(servers.texts, "sesame-4712");
    assertThatExceptionOfType(UnauthorizedException.class)
        .isThrownBy(() -> stranger.chat().completions().create(question().build()))
        .satisfies(error -> assertThat(error.code()).hasValue("invalid_api_key"));
    stranger.close();
  }

  @Test
  void modelsAreListedAndOthersNotFound() {
    List<Model> models = texts.models().list().autoPager().stream().toList();
    assertThat(models).extracting(Model::id).containsExactly(ClientServers.TEXTS);
    assertThat(texts.models().retrieve(ClientServers.TEXTS).validate())
        .isEqualTo(models.getFirst());
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> texts.models().retrieve("nobody"));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> texts.chat().completions().create(question().model("nobody").build()))
        .satisfies(error -> assertThat(error.code()).hasValue("model_not_found"));
  }

  @Test
  void aStreamThatIsClosedIsGivenUp() throws Exception {
    double before = servers.left();
    ChatCompletionCreateParams question =
        question()
            .maxCompletionTokens(100_000)
            .putAdditionalBodyProperty("min_new_tokens", JsonValue.from(100_000))
            .build();
    try (StreamResponse<ChatCompletionChunk> stream =
        texts.chat().completions().createStreaming(question)) {
      assertThat(stream.stream().limit(5)).hasSize(5);
    }
    servers.untilLeft(before + 1);
  }
}
