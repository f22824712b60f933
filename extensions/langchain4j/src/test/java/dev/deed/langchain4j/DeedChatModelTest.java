package dev.deed.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.value.InputException;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Chats of LangChain4j against answers of the model itself. */
final class DeedChatModelTest {
  private static final Path MODELS = Path.of("../..", "models");
  private static final String DATE = "fr: le 9 février 2041";
  private static DeedChatModel values;

  @BeforeAll
  static void open() {
    values = DeedChatModel.builder().model(MODELS.resolve("values").toString()).build();
  }

  @AfterAll
  static void close() {
    values.close();
  }

  private static Generation own(Input input, GenerationOptions options) {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(MODELS.resolve("values"))) {
      return model.generate(input, options);
    }
  }

  private static ChatRequest.Builder question() {
    return ChatRequest.builder().messages(UserMessage.from(DATE));
  }

  @Test
  void anAnswerIsTheModels() {
    Generation expected = own(Input.ofText(DATE), GenerationOptions.defaults());
    ChatResponse answer = values.chat(UserMessage.from(DATE));
    assertThat(answer.aiMessage().text()).isEqualTo(expected.text());
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(expected.tokens().size());
    assertThat(answer.tokenUsage().inputTokenCount()).isPositive();
    assertThat(values.chat(DATE)).isEqualTo(expected.text());
  }

  @Test
  void systemTextStandsBeforeTheUsersAndAnAssistantsBeginsTheAnswer() {
    String whole = values.chat(DATE);
    ChatResponse answer =
        values.chat(SystemMessage.from("fr:"), UserMessage.from("le 9 février 2041"));
    assertThat(answer.aiMessage().text()).isEqualTo(whole);
    Generation expected =
        own(Input.ofText(DATE).withDecoderPrompt("20"), GenerationOptions.defaults());
    assertThat(values.chat(UserMessage.from(DATE), AiMessage.from("20")).aiMessage().text())
        .isEqualTo(expected.text());
  }

  @Test
  void settingsAreHeeded() {
    String whole = values.chat(DATE);
    String stop = whole.substring(whole.length() - 1);
    assertThat(values.chat(question().stopSequences(List.of(stop)).build()).aiMessage().text())
        .isEqualTo(whole.substring(0, whole.indexOf(stop)));
    ChatRequest drawn = question().temperature(0.7).topK(4).topP(0.9).build();
    Generation expected =
        own(
            Input.ofText(DATE),
            GenerationOptions.defaults()
                .withSampling(true)
                .withTemperature(0.7)
                .withTopK(4)
                .withTopP(0.9));
    assertThat(values.chat(drawn).aiMessage().text()).isEqualTo(expected.text());
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> values.chat(question().temperature(-1.0).build()))
        .withMessageContaining("temperature");
  }

  /** It was a record of nulls, or a text that no parser could read. */
  @Test
  void anAnswerThatIsCutOffInTheMiddleOfItsLanguageThrows() {
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> values.chat(question().maxOutputTokens(2).build()))
        .withMessageContaining("is cut off at its most tokens");
  }

  /** A record that a service fills: its schema holds the answer. */
  record Read(Kind kind, boolean sure) {
    enum Kind {
      DATE,
      AMOUNT
    }
  }

  interface Reader {
    Read read(String text);
  }

  @Test
  void servicesGetRecords() {
    Read read = AiServices.create(Reader.class, values).read(DATE);
    assertThat(read.kind()).isNotNull();
  }

  @Test
  void picturesAreRead() throws IOException {
    Path file = MODELS.resolve("text-lines/samples/amount.png");
    String bytes = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(MODELS.resolve("text-lines"));
        Engine engine = model.engine(EngineOptions.defaults());
        DeedChatModel lines = DeedChatModel.builder().engine(engine).build()) {
      String expected = model.generate(Input.ofImage(file), GenerationOptions.defaults()).text();
      assertThat(lines.chat(UserMessage.from(ImageContent.from(bytes, "image/png"))))
          .extracting(answer -> answer.aiMessage().text())
          .isEqualTo(expected);
      assertThat(lines.chat(UserMessage.from(ImageContent.from(file.toUri()))))
          .extracting(answer -> answer.aiMessage().text())
          .isEqualTo(expected);
      ChatResponse shorter =
          lines.chat(
              ChatRequest.builder()
                  .messages(UserMessage.from(ImageContent.from(file.toUri())))
                  .maxOutputTokens(2)
                  .build());
      assertThat(shorter.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(shorter.tokenUsage().outputTokenCount()).isEqualTo(2);
      refused(
          lines,
          UserMessage.from(ImageContent.from("https://example.org/line.png")),
          "is not supported; give its bytes");
      UserMessage seen =
          UserMessage.from(TextContent.from(DATE), ImageContent.from(bytes, "image/png"));
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> values.chat(seen))
          .withMessageContaining("image: is nothing that this model reads");
      ImageContent broken = ImageContent.from("%%%", "image/png");
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> lines.chat(UserMessage.from(broken)));
    }
  }

  private static void refused(DeedChatModel model, UserMessage message, String why) {
    assertThatExceptionOfType(UnsupportedFeatureException.class)
        .isThrownBy(() -> model.chat(message))
        .withMessageContaining(why);
  }

  @Test
  void whatSuchModelsLackIsRefused() {
    ToolSpecification tool = ToolSpecification.builder().name("weather").build();
    for (ChatRequest.Builder other :
        List.of(
            question().toolSpecifications(tool),
            question().presencePenalty(0.5),
            ChatRequest.builder()
                .messages(UserMessage.from("a"), AiMessage.from("b"), UserMessage.from("c")))) {
      assertThatExceptionOfType(UnsupportedFeatureException.class)
          .isThrownBy(() -> values.chat(other.build()));
    }
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> values.chat(question().modelName("another").build()));
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> values.chat(SystemMessage.from("fr:")));
    assertThatExceptionOfType(UnsupportedFeatureException.class)
        .isThrownBy(() -> values.chat(UserMessage.from("a"), SystemMessage.from("fr:")));
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> DeedChatModel.builder().build())
        .withMessageContaining("needs a model or an engine");
  }

  @Test
  void aClosedEngineIsNotAskedAgain() {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(MODELS.resolve("values"))) {
      Engine engine = model.engine(EngineOptions.defaults());
      DeedChatModel chat = DeedChatModel.builder().engine(engine).build();
      engine.close();
      assertThatExceptionOfType(NonRetriableException.class)
          .isThrownBy(() -> chat.chat(DATE))
          .withMessageContaining("is closed");
    }
  }

  @Test
  void textsBesideTextsAreJoined() {
    assertThat(
            values
                .chat(
                    UserMessage.from(
                        TextContent.from("fr:"), TextContent.from("le 9 février 2041")))
                .aiMessage()
                .text())
        .isEqualTo(values.chat(DATE));
  }
}
