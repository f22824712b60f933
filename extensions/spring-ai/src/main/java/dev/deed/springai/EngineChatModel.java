package dev.deed.springai;

import dev.deed.ChatInput;
import dev.deed.Constraint;
import dev.deed.Engine;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.util.CollectionUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Asks an engine about a text or a picture: one question, one answer. System text stands before the
 * user's, one {@code Media} with bytes or a {@code file:} URL is the picture, an {@code
 * AssistantMessage} at the end is how the answer begins. An output schema holds the answer to it.
 * Tools, a history and several pictures are refused with an {@link InputException}.
 *
 * <p>Requests share the engine's batch. Safe for use from many threads, virtual ones too.
 */
public final class EngineChatModel implements ChatModel {
  private static final DefaultChatModelObservationConvention CONVENTION =
      new DefaultChatModelObservationConvention();
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final Engine engine;
  private final String name;
  private final GenerationOptions options;
  private final Duration timeout;
  private final ObservationRegistry observations;

  /**
   * Makes a model.
   *
   * @param engine stays the caller's, who closes it last
   * @param name by which prompts may call the model
   * @param options exits and settings of the search that prompts leave open
   * @param timeout how long a request waits for a place, and again for its answer
   * @param observations hear of each request
   */
  public EngineChatModel(
      Engine engine,
      String name,
      GenerationOptions options,
      Duration timeout,
      ObservationRegistry observations) {
    this.engine = Objects.requireNonNull(engine, "engine");
    this.name = Objects.requireNonNull(name, "name");
    this.options = Objects.requireNonNull(options, "options");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
    this.observations = Objects.requireNonNull(observations, "observations");
    engine.check(options);
  }

  /**
   * Answers a prompt.
   *
   * @throws InputException when it cannot be answered, or the answer is cut off before it is a text
   *     of the language that it is held to
   * @throws dev.deed.EngineFullException when there is no place for it within the timeout
   * @throws java.util.concurrent.CompletionException of a {@code TimeoutException} when there is no
   *     answer within the timeout
   * @throws CancellationException when the thread is interrupted, or the engine closed
   */
  @Override
  public ChatResponse call(Prompt prompt) {
    ChatModelObservationContext context = context(prompt, false);
    try {
      return Objects.requireNonNull(
          observation(context)
              .observeChecked(
                  () -> {
                    Ticket ticket = ask(context.getRequest());
                    try {
                      ChatResponse response = response(ticket, ticket.await());
                      context.setResponse(response);
                      return response;
                    } finally {
                      // An interruption ends it; one that is answered stays as it is.
                      ticket.cancel();
                    }
                  }));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /**
   * Answers a prompt as {@link #call} does, with the text as it grows. The last part has the usage
   * and why the answer ended. Who cancels ends the request.
   */
  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    return Flux.deferContextual(
        subscriber -> {
          ChatModelObservationContext context = context(prompt, true);
          Observation observation = observation(context);
          subscriber
              .<Observation>getOrEmpty(ObservationThreadLocalAccessor.KEY)
              .ifPresent(observation::parentObservation);
          observation.start();
          return Flux.<ChatResponse>create(
                  sink -> Thread.ofVirtual().name("deed-answer").start(() -> stream(context, sink)))
              .doOnError(observation::error)
              .doFinally(_ -> observation.stop());
        });
  }

  private void stream(ChatModelObservationContext context, FluxSink<ChatResponse> sink) {
    try {
      Ticket ticket = ask(context.getRequest());
      sink.onCancel(ticket::cancel);
      String last = tell(ticket, sink);
      ChatResponse whole = response(ticket, ticket.await());
      context.setResponse(whole);
      ChatGenerationMetadata end = whole.getResults().getFirst().getMetadata();
      Generation rest = new Generation(new AssistantMessage(last), end);
      sink.next(new ChatResponse(List.of(rest), whole.getMetadata()));
      sink.complete();
    } catch (RuntimeException | Error | InterruptedException e) {
      if (!sink.isCancelled()) {
        sink.error(e);
      }
    }
  }

  /** {@return the last of the text} */
  private String tell(Ticket ticket, FluxSink<ChatResponse> sink) throws InterruptedException {
    while (true) {
      switch (ticket.next(WAIT)) {
        case Ticket.Event.Emitted emitted -> {
          if (!emitted.text().isEmpty()) {
            AssistantMessage part = new AssistantMessage(emitted.text());
            sink.next(new ChatResponse(List.of(new Generation(part))));
          }
        }
        case Ticket.Event.Ended ended -> {
          return ended.text();
        }
        case Ticket.Event.Waiting _ -> {}
      }
    }
  }

  private ChatModelObservationContext context(Prompt prompt, boolean streaming) {
    Prompt whole =
        prompt.getOptions() == null ? prompt.mutate().chatOptions(getOptions()).build() : prompt;
    return ChatModelObservationContext.builder()
        .prompt(whole)
        .provider("deed")
        .streaming(streaming)
        .build();
  }

  private Observation observation(ChatModelObservationContext context) {
    return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(
        null, CONVENTION, () -> context, observations);
  }

  private Ticket ask(Prompt prompt) throws InterruptedException {
    ChatOptions given = prompt.getOptions();
    String called = given == null ? null : given.getModel();
    InputException.require(
        called == null || called.equals(name),
        "model " + called,
        "is not answered here",
        "say " + name + ", or nothing");
    return engine.offer(PromptQuestion.of(prompt, options), timeout, timeout);
  }

  /**
   * Tells an answer.
   *
   * @throws InputException when it is cut off before it is a text of the language that it is held
   *     to
   */
  private ChatResponse response(Ticket ticket, dev.deed.Generation answer) {
    InputException shortfall = answer.shortfall();
    if (shortfall != null) {
      throw shortfall;
    }
    int written = answer.sequences().stream().mapToInt(sequence -> sequence.tokens().size()).sum();
    return new ChatResponse(
        List.of(
            new Generation(
                new AssistantMessage(Objects.requireNonNullElse(answer.text(), "")),
                ChatGenerationMetadata.builder()
                    .finishReason(answer.finish() == Finish.LENGTH ? "LENGTH" : "STOP")
                    .build())),
        ChatResponseMetadata.builder()
            .id("deed-" + UUID.randomUUID())
            .model(name)
            .usage(new DefaultUsage(ticket.sourceLength(), written))
            .build());
  }

  /** {@return options that name the model alone} What is left open is as this model was made. */
  @Override
  public ChatOptions getOptions() {
    return StructuredOutputChatOptions.builder().model(name).build();
  }

  /** A prompt of Spring AI as a request to a model. Belongs to one thread. */
  private static final class PromptQuestion {
    private final ChatInput chat = new ChatInput();

    private PromptQuestion() {}

    /**
     * Reads a prompt.
     *
     * @param options what the prompt leaves open
     * @throws InputException when it wants what such models do not have, or a setting is out of
     *     range
     */
    static Request of(Prompt prompt, GenerationOptions options) {
      PromptQuestion question = new PromptQuestion();
      prompt.getInstructions().forEach(question::add);
      ChatOptions given = prompt.getOptions();
      return new Request(question.chat.input(), given == null ? options : settings(given, options));
    }

    private static void require(boolean holds, String why, String whatToDo) {
      InputException.require(holds, "prompt", why, whatToDo);
    }

    private void add(Message message) {
      String text = Objects.requireNonNullElse(message.getText(), "");
      switch (message) {
        case SystemMessage _ -> chat.addSystem(List.of(text));
        case UserMessage user -> {
          chat.addUser();
          if (!text.isEmpty()) {
            chat.addText(text);
          }
          user.getMedia().forEach(this::add);
        }
        case AssistantMessage answer when !answer.hasToolCalls() -> chat.addAssistant(text);
        default -> {
          String type = message.getMessageType().getValue();
          require(false, "has a message of type " + type, "tools and histories are not supported");
        }
      }
    }

    private void add(Media picture) {
      if (picture.getData() instanceof byte[] bytes) {
        chat.addPicture(bytes);
        return;
      }
      String place = picture.getData().toString();
      require(
          place.startsWith("file:/"),
          "has a picture that would be fetched",
          "give a Resource, bytes, or the URL of a file");
      chat.addPicture(Path.of(URI.create(place)));
    }

    private static GenerationOptions settings(ChatOptions given, GenerationOptions options) {
      boolean hasTools =
          given instanceof ToolCallingChatOptions tools
              && !CollectionUtils.isEmpty(tools.getToolCallbacks());
      require(!hasTools, "has tools, which are not supported", "leave them out");
      require(
          given.getFrequencyPenalty() == null && given.getPresencePenalty() == null,
          "has a frequency or presence penalty, which is not supported",
          "set repetition_penalty in the model's GenerationOptions");
      GenerationOptions made = options;
      made = with(made, given.getMaxTokens(), GenerationOptions::withMaxNewTokens);
      made =
          with(
              made,
              given.getTemperature(),
              (all, value) -> all.withSampling(true).withTemperature(value));
      made = with(made, given.getTopP(), GenerationOptions::withTopP);
      made = with(made, given.getTopK(), GenerationOptions::withTopK);
      if (!CollectionUtils.isEmpty(given.getStopSequences())) {
        made = made.withStop(given.getStopSequences());
      }
      return given instanceof StructuredOutputChatOptions structured
              && structured.getOutputSchema() != null
          ? made.withConstraint(Constraint.jsonSchema(structured.getOutputSchema()))
          : made;
    }

    private static <T> GenerationOptions with(
        GenerationOptions made,
        @Nullable T value,
        BiFunction<GenerationOptions, T, GenerationOptions> set) {
      return value == null ? made : set.apply(made, value);
    }
  }
}
