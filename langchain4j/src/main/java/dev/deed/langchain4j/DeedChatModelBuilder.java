package dev.deed.langchain4j;

import dev.deed.Engine;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
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
public final class DeedChatModelBuilder<M> {
  private final Function<Chat, M> made;
  private final LocalModel.Choice choice = new LocalModel.Choice();
  private GenerationOptions options = GenerationOptions.defaults();
  private ChatRequestParameters defaults = DefaultChatRequestParameters.EMPTY;
  private List<ChatModelListener> listeners = List.of();

  DeedChatModelBuilder(Function<Chat, M> made) {
    this.made = made;
  }

  /**
   * {@return this}
   *
   * @param place a model folder, or the name of a model of the Hub; it is opened by {@link #build}
   *     and closed with what that returns
   */
  public DeedChatModelBuilder<M> model(String place) {
    choice.place(place);
    return this;
  }

  /**
   * {@return this}
   *
   * @param how the model is opened
   */
  public DeedChatModelBuilder<M> openOptions(OpenOptions how) {
    choice.options(how);
    return this;
  }

  /**
   * {@return this}
   *
   * @param running an engine in place of a model; it stays the caller's, who closes it last
   */
  public DeedChatModelBuilder<M> engine(Engine running) {
    choice.engine(running);
    return this;
  }

  /**
   * {@return this}
   *
   * @param longest how long a request waits for a place, and again for its answer; 5 minutes unless
   *     it is set
   */
  public DeedChatModelBuilder<M> timeout(Duration longest) {
    choice.timeout(longest);
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
    List<ChatModelListener> heard = List.copyOf(listeners);
    LocalModel model = choice.open();
    ChatRequestParameters parameters =
        DefaultChatRequestParameters.builder()
            .modelName(model.name())
            .build()
            .overrideWith(defaults);
    return made.apply(new Chat(model, options, parameters, heard));
  }
}
