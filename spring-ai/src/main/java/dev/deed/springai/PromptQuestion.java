package dev.deed.springai;

import dev.deed.Constraint;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.value.InputException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/**
 * A prompt as an encoder-decoder takes it: the user's text behind that of the system is the prompt,
 * a picture is the picture, an assistant's message at the end is how the answer begins. Belongs to
 * one request.
 */
final class PromptQuestion {
  private final List<String> prompt = new ArrayList<>();
  private @Nullable String begun;
  private @Nullable Media picture;
  private boolean asked;

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
    require(question.asked, "holds no message of the user", "add one");
    ChatOptions stated = prompt.getOptions();
    return new Request(question.input(), stated == null ? options : settings(stated, options));
  }

  private static void require(boolean holds, String why, String whatToDo) {
    InputException.require(holds, "prompt", why, whatToDo);
  }

  private void add(Message message) {
    boolean isTurn = begun != null || asked && !(message instanceof AssistantMessage);
    require(!isTurn, "has several turns, and no history is read", "ask one question");
    String text = message.getText();
    switch (message) {
      case SystemMessage _ -> add(text);
      case UserMessage user -> {
        asked = true;
        add(text);
        require(user.getMedia().size() <= 1, "has several pictures", "give one");
        picture = user.getMedia().isEmpty() ? null : user.getMedia().getFirst();
      }
      case AssistantMessage answer when asked && !answer.hasToolCalls() -> begun = text;
      default -> {
        String type = message.getMessageType().getValue();
        require(false, "has a message of type " + type, "tools and histories are not supported");
      }
    }
  }

  private void add(@Nullable String text) {
    if (text != null && !text.isEmpty()) {
      prompt.add(text);
    }
  }

  private Input input() {
    Input input =
        Input.empty()
            .withText(prompt.isEmpty() ? null : String.join(" ", prompt))
            .withDecoderPrompt(begun == null || begun.isEmpty() ? null : begun);
    if (picture == null) {
      return input;
    }
    if (picture.getData() instanceof byte[] bytes) {
      return input.withImage(bytes);
    }
    String place = picture.getData().toString();
    require(
        place.startsWith("file:/"),
        "has a picture that would be fetched",
        "give a Resource, bytes, or the URL of a file");
    return input.withImage(Path.of(URI.create(place)));
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
