package dev.deed.springai;

import dev.deed.ChatInput;
import dev.deed.Constraint;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.value.InputException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.util.CollectionUtils;

/** A prompt of Spring AI as a request to a model. Belongs to one thread. */
final class PromptQuestion {
  private final ChatInput chat = new ChatInput();

  private PromptQuestion() {}

  /**
   * Reads a prompt.
   *
   * @param options what the prompt leaves open
   * @throws InputException when it wants what such models do not have, or a setting is out of range
   */
  static Request of(Prompt prompt, GenerationOptions options) {
    PromptQuestion question = new PromptQuestion();
    prompt.getInstructions().forEach(question::add);
    ChatOptions stated = prompt.getOptions();
    return new Request(question.chat.input(), stated == null ? options : settings(stated, options));
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

  private static GenerationOptions settings(ChatOptions stated, GenerationOptions options) {
    boolean hasTools =
        stated instanceof ToolCallingChatOptions tools
            && !CollectionUtils.isEmpty(tools.getToolCallbacks());
    require(!hasTools, "has tools, which are not supported", "leave them out");
    require(
        stated.getFrequencyPenalty() == null && stated.getPresencePenalty() == null,
        "has a frequency or presence penalty, which is not supported",
        "set repetition_penalty in the model's GenerationOptions");
    GenerationOptions made = options;
    made = with(made, stated.getMaxTokens(), GenerationOptions::withMaxNewTokens);
    made =
        with(
            made,
            stated.getTemperature(),
            (all, value) -> all.withSampling(true).withTemperature(value));
    made = with(made, stated.getTopP(), GenerationOptions::withTopP);
    made = with(made, stated.getTopK(), GenerationOptions::withTopK);
    if (!CollectionUtils.isEmpty(stated.getStopSequences())) {
      made = made.withStop(stated.getStopSequences());
    }
    return stated instanceof StructuredOutputChatOptions structured
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
