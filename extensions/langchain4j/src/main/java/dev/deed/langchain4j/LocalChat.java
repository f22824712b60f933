package dev.deed.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.ChatInput;
import dev.deed.Constraint;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.nio.file.Path;
import java.util.Base64;
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

  /** A request of LangChain4j as one to a model. Belongs to one thread. */
  private static final class ChatQuestion {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ChatInput chat = new ChatInput();

    private ChatQuestion() {}

    /**
     * Reads a request.
     *
     * @param options what the request leaves open
     * @throws UnsupportedFeatureException when it wants what such models do not have
     * @throws InvalidRequestException when it is no question, or a setting is out of range
     */
    static Request of(ChatRequest request, GenerationOptions options) {
      ChatQuestion question = new ChatQuestion();
      for (ChatMessage message : request.messages()) {
        try {
          question.add(message);
        } catch (InputException e) {
          throw new UnsupportedFeatureException(e.getMessage());
        }
      }
      return LocalModel.call(() -> new Request(question.chat.input(), settings(request, options)));
    }

    private void add(ChatMessage message) {
      switch (message) {
        case SystemMessage system -> chat.addSystem(List.of(system.text()));
        case UserMessage user -> {
          chat.addUser();
          user.contents().forEach(this::add);
        }
        case AiMessage answer when !answer.hasToolExecutionRequests() ->
            chat.addAssistant(Objects.requireNonNullElse(answer.text(), ""));
        default ->
            throw new UnsupportedFeatureException(
                "a message of type " + message.type() + " is not supported here");
      }
    }

    private void add(Content content) {
      switch (content) {
        case TextContent text -> chat.addText(text.text());
        case ImageContent image -> add(image.image());
        default ->
            throw new UnsupportedFeatureException(
                "content of type " + content.type() + " is not supported");
      }
    }

    private void add(Image picture) {
      if (picture.base64Data() != null) {
        chat.addPicture(LocalModel.call(() -> Base64.getDecoder().decode(picture.base64Data())));
      } else if (picture.url() != null && "file".equals(picture.url().getScheme())) {
        chat.addPicture(Path.of(picture.url()));
      } else {
        throw new UnsupportedFeatureException(
            "a picture that is fetched is not supported; give its bytes, or the URL of a file");
      }
    }

    private static GenerationOptions settings(ChatRequest request, GenerationOptions options) {
      if (!request.toolSpecifications().isEmpty() || request.toolChoice() != null) {
        throw new UnsupportedFeatureException("tools are not supported");
      }
      if (request.frequencyPenalty() != null || request.presencePenalty() != null) {
        throw new UnsupportedFeatureException(
            "frequencyPenalty and presencePenalty are not supported; repetition_penalty is a setting"
                + " of GenerationOptions");
      }
      GenerationOptions made = options;
      if (request.maxOutputTokens() != null) {
        made = made.withMaxNewTokens(request.maxOutputTokens());
      }
      if (request.temperature() != null) {
        made = made.withSampling(true).withTemperature(request.temperature());
      }
      if (request.topP() != null) {
        made = made.withTopP(request.topP());
      }
      if (request.topK() != null) {
        made = made.withTopK(request.topK());
      }
      if (!request.stopSequences().isEmpty()) {
        made = made.withStop(request.stopSequences());
      }
      ResponseFormat format = request.responseFormat();
      return format == null || format.type() == ResponseFormatType.TEXT
          ? made
          : made.withConstraint(constraint(format));
    }

    private static Constraint constraint(ResponseFormat format) {
      if (format.jsonSchema() == null) {
        return Constraint.jsonObject();
      }
      try {
        return Constraint.jsonSchema(
            MAPPER.writeValueAsString(
                JsonSchemaElementUtils.toMap(format.jsonSchema().rootElement(), true)));
      } catch (JsonProcessingException e) {
        throw new InvalidRequestException("the schema is no JSON", e);
      }
    }
  }
}
