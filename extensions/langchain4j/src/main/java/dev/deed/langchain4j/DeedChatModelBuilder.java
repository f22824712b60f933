package dev.deed.langchain4j;

import dev.deed.GenerationOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Makes chat models. Belongs to one thread.
 *
 * @param <M> what it makes
 */
public final class DeedChatModelBuilder<M> extends DeedModelBuilder<DeedChatModelBuilder<M>> {
  private final Function<DeedChatModelBuilder<M>, M> made;
  Duration timeout = Duration.ofMinutes(5);
  GenerationOptions options = GenerationOptions.defaults();
  ChatRequestParameters defaults = DefaultChatRequestParameters.EMPTY;
  List<ChatModelListener> listeners = List.of();

  DeedChatModelBuilder(Function<DeedChatModelBuilder<M>, M> made) {
    this.made = made;
  }

  @Override
  DeedChatModelBuilder<M> self() {
    return this;
  }

  /**
   * {@return this}
   *
   * @param longest how long a request waits for a place, and again for its answer; 5 minutes unless
   *     it is set
   */
  public DeedChatModelBuilder<M> timeout(Duration longest) {
    timeout = Objects.requireNonNull(longest, "timeout");
    return this;
  }

  /**
   * {@return this}
   *
   * @param all exits and settings of the search that requests leave open
   */
  public DeedChatModelBuilder<M> generationOptions(GenerationOptions all) {
    options = Objects.requireNonNull(all, "options");
    return this;
  }

  /**
   * {@return this}
   *
   * @param parameters of requests that state none; they count before the generation options
   */
  public DeedChatModelBuilder<M> defaultRequestParameters(ChatRequestParameters parameters) {
    defaults = Objects.requireNonNull(parameters, "parameters");
    return this;
  }

  /**
   * {@return this}
   *
   * @param all hear of requests, answers and errors
   */
  public DeedChatModelBuilder<M> listeners(List<ChatModelListener> all) {
    listeners = all;
    return this;
  }

  /**
   * Opens the model.
   *
   * @return a chat model, to be closed
   * @throws dev.deed.value.InputException when it cannot be opened
   */
  public M build() {
    return made.apply(this);
  }
}
