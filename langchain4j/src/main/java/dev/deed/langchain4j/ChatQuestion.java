package dev.deed.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.ChatInput;
import dev.deed.Constraint;
import dev.deed.GenerationOptions;
import dev.deed.Request;
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
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** A request of LangChain4j as one to a model. Belongs to one thread. */
final class ChatQuestion {
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
    return LocalModel.told(() -> new Request(question.chat.input(), settings(request, options)));
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
      chat.addPicture(LocalModel.told(() -> Base64.getDecoder().decode(picture.base64Data())));
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
