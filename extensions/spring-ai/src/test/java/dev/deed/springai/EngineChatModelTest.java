package dev.deed.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineFullException;
import dev.deed.EngineOptions;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.value.InputException;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelMeterObservationHandler;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.core.io.FileSystemResource;

/** Chats of Spring AI against answers of the model itself. */
final class EngineChatModelTest {
  private static final Path MODELS = Path.of("../..", "models");
  private static final String DATE = "fr: le 9 février 2041";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static EncoderDecoderModel model;
  private static Engine engine;
  private static EngineChatModel values;

  @BeforeAll
  static void open() {
    model = EncoderDecoderModel.open(MODELS.resolve("values"));
    engine = model.engine(EngineOptions.defaults());
    values =
        new EngineChatModel(
            engine, "values", GenerationOptions.defaults(), TIMEOUT, ObservationRegistry.NOOP);
  }

  @AfterAll
  static void close() {
    engine.close();
    model.close();
  }

  private static Generation own(Input input, GenerationOptions options) {
    return model.generate(input, options);
  }

  private static org.springframework.ai.chat.model.Generation result(ChatResponse response) {
    return Objects.requireNonNull(response.getResult());
  }

  private static String text(ChatResponse response) {
    return Objects.requireNonNull(result(response).getOutput().getText());
  }

  private static Prompt date(ChatOptions.Builder<?> options) {
    return new Prompt(DATE, options.build());
  }

  @Test
  void anAnswerIsTheModels() {
    Generation expected = own(Input.ofText(DATE), GenerationOptions.defaults());
    ChatResponse answer = values.call(new Prompt(DATE));
    assertThat(text(answer)).isEqualTo(expected.text()).isEqualTo(values.call(DATE));
    assertThat(result(answer).getMetadata().getFinishReason()).isEqualTo("STOP");
    assertThat(answer.getMetadata().getModel()).isEqualTo("values");
    assertThat(answer.getMetadata().getUsage().getCompletionTokens())
        .isEqualTo(expected.tokens().size());
    assertThat(answer.getMetadata().getUsage().getPromptTokens()).isPositive();
  }

  @Test
  void systemTextStandsBeforeTheUsersAndAnAssistantsBeginsTheAnswer() {
    assertThat(values.call(new SystemMessage("fr:"), new UserMessage("le 9 février 2041")))
        .isEqualTo(values.call(DATE));
    Generation expected =
        own(Input.ofText(DATE).withDecoderPrompt("20"), GenerationOptions.defaults());
    assertThat(values.call(new UserMessage(DATE), new AssistantMessage("20")))
        .isEqualTo(expected.text());
  }

  @Test
  void settingsAreHeeded() {
    String whole = Objects.requireNonNull(values.call(DATE));
    String stop = whole.substring(whole.length() - 1);
    assertThat(text(values.call(date(ChatOptions.builder().stopSequences(List.of(stop))))))
        .isEqualTo(whole.substring(0, whole.indexOf(stop)));
    Generation drawn =
        own(
            Input.ofText(DATE),
            GenerationOptions.defaults()
                .withSampling(true)
                .withTemperature(0.7)
                .withTopK(4)
                .withTopP(0.9));
    assertThat(text(values.call(date(ChatOptions.builder().temperature(0.7).topK(4).topP(0.9)))))
        .isEqualTo(drawn.text());
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> values.call(date(ChatOptions.builder().temperature(-1.0))))
        .withMessageContaining("temperature");
  }

  /** Its beginning went into a parser of JSON, which threw something else. */
  @Test
  void anAnswerThatIsCutOffInTheMiddleOfItsLanguageThrows() {
    Prompt two = date(ChatOptions.builder().maxTokens(2));
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> values.call(two))
        .withMessageContaining("is cut off at its most tokens");
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> values.stream(two).blockLast(TIMEOUT))
        .withMessageContaining("is cut off at its most tokens");
  }

  @Test
  void streamsAreTheWholeAnswer() {
    List<ChatResponse> parts =
        Objects.requireNonNull(values.stream(new Prompt(DATE)).collectList().block(TIMEOUT));
    assertThat(parts).hasSizeGreaterThan(2);
    assertThat(parts.stream().map(EngineChatModelTest::text).collect(Collectors.joining()))
        .isEqualTo(values.call(DATE));
    ChatResponse last = parts.getLast();
    assertThat(result(last).getMetadata().getFinishReason()).isEqualTo("STOP");
    assertThat(last.getMetadata().getUsage().getTotalTokens()).isPositive();
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(
            () -> values.stream(date(ChatOptions.builder().maxTokens(1 << 30))).blockLast(TIMEOUT));
  }

  @Test
  void aCancelledStreamEndsItsRequest() throws InterruptedException {
    assertThat(
            values.stream(new Prompt(DATE, ChatOptions.builder().maxTokens(500).build()))
                .take(1)
                .collectList()
                .block(TIMEOUT))
        .hasSize(1);
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (engine.status().running() > 0 && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(engine.status().running()).isZero();
  }

  /** A record that a client fills: its schema holds the answer. */
  record Read(Kind kind, boolean sure) {
    enum Kind {
      DATE,
      AMOUNT
    }
  }

  @Test
  void clientsGetRecords() {
    Read read =
        ChatClient.create(values)
            .prompt(DATE)
            .call()
            .entity(Read.class, format -> format.useProviderStructuredOutput());
    assertThat(read).extracting(Read::kind).isNotNull();
  }

  @Test
  void picturesAreRead() throws IOException {
    Path file = MODELS.resolve("text-lines/samples/amount.png");
    try (EncoderDecoderModel reader = EncoderDecoderModel.open(MODELS.resolve("text-lines"));
        Engine readers = reader.engine(EngineOptions.defaults())) {
      EngineChatModel lines =
          new EngineChatModel(
              readers, "lines", GenerationOptions.defaults(), TIMEOUT, ObservationRegistry.NOOP);
      String expected = reader.generate(Input.ofImage(file)).text();
      for (Media picture :
          List.of(
              new Media(Media.Format.IMAGE_PNG, new FileSystemResource(file)),
              new Media(Media.Format.IMAGE_PNG, file.toUri()))) {
        assertThat(lines.call(picture("", picture))).isEqualTo(expected);
        refused("is nothing that this model reads", new Prompt(picture(DATE, picture)));
      }
      ChatResponse shorter =
          lines.call(
              new Prompt(
                  picture("", new Media(Media.Format.IMAGE_PNG, new FileSystemResource(file))),
                  ChatOptions.builder().maxTokens(2).build()));
      assertThat(result(shorter).getMetadata().getFinishReason()).isEqualTo("LENGTH");
      assertThat(shorter.getMetadata().getUsage().getCompletionTokens()).isEqualTo(2);
      Media far = new Media(Media.Format.IMAGE_PNG, URI.create("https://example.org/line.png"));
      assertThatExceptionOfType(InputException.class)
          .isThrownBy(() -> lines.call(picture("", far)))
          .withMessageContaining("would be fetched");
    }
  }

  private static Message picture(String text, Media media) {
    return UserMessage.builder().text(text).media(media).build();
  }

  @Test
  void whatSuchModelsLackIsRefused() {
    refused("a frequency or presence penalty", date(ChatOptions.builder().presencePenalty(0.5)));
    refused("is not answered here", date(ChatOptions.builder().model("another")));
    refused("hold no message of the user", new Prompt(new SystemMessage("fr:")));
    refused("several turns", new Prompt(new UserMessage("a"), new UserMessage("b")));
    refused("several turns", new Prompt(new UserMessage("a"), new SystemMessage("fr:")));
    refused(
        "several turns",
        new Prompt(new UserMessage("a"), new AssistantMessage("b"), new UserMessage("c")));
    refused(
        "message of type tool",
        new Prompt(ToolResponseMessage.builder().responses(List.of()).build()));
  }

  private static void refused(String why, Prompt prompt) {
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> values.call(prompt))
        .withMessageContaining(why);
  }

  @Test
  void aClosedEngineTakesNothing() {
    Engine closed = model.engine(EngineOptions.defaults());
    EngineChatModel chat =
        new EngineChatModel(
            closed, "values", GenerationOptions.defaults(), TIMEOUT, ObservationRegistry.NOOP);
    closed.close();
    assertThatExceptionOfType(EngineFullException.class).isThrownBy(() -> chat.call(DATE));
  }

  private static void await(BooleanSupplier holds) throws InterruptedException {
    for (int i = 0; i < 2000 && !holds.getAsBoolean(); i++) {
      Thread.sleep(5);
    }
  }

  @Test
  void requestsAreObserved() throws InterruptedException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ObservationRegistry observations = ObservationRegistry.create();
    observations
        .observationConfig()
        .observationHandler(new DefaultMeterObservationHandler(meters))
        .observationHandler(new ChatModelMeterObservationHandler(meters));
    EngineChatModel seen =
        new EngineChatModel(engine, "values", GenerationOptions.defaults(), TIMEOUT, observations);
    seen.call(DATE);
    seen.stream(DATE).blockLast(TIMEOUT);
    // A stream's observation ends just behind its last part.
    await(() -> meters.get("gen_ai.client.operation").timer().count() == 2);
    assertThat(meters.get("gen_ai.client.operation").tag("gen_ai.system", "deed").timers())
        .extracting(timer -> timer.count())
        .containsOnly(2L);
    assertThat(meters.get("gen_ai.client.token.usage").tag("gen_ai.token.type", "output").counter())
        .satisfies(counter -> assertThat(counter.count()).isPositive());
  }
}
