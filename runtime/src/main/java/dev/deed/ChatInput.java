package dev.deed;

import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A chat as an encoder-decoder takes it. The user's texts behind those of the system are the
 * prompt, with a blank between each two; empty ones are nothing. A picture is the picture, an
 * assistant's message at the end is how the answer begins. Messages are added in their order; one
 * that makes the chat more than one question is refused. Belongs to one thread.
 */
public final class ChatInput {
  private static final String FIELD = "messages";

  private final List<String> prompt = new ArrayList<>();
  private boolean hasText;
  private boolean hasUser;
  private @Nullable String answer;
  private @Nullable UnaryOperator<Input> picture;

  /** A chat without messages. */
  public ChatInput() {}

  /**
   * Adds a message of the system.
   *
   * @param texts its parts
   * @throws InputException when the user's message came before
   */
  public void addSystem(List<String> texts) {
    InputException.requireField(
        !hasUser, FIELD, "have several turns: a system message behind the user's", "put it before");
    texts.forEach(this::addText);
  }

  /**
   * Begins the message of the user, whose texts and picture are added next.
   *
   * @throws InputException when there is one
   */
  public void addUser() {
    requireOneTurn(!hasUser);
    hasUser = true;
  }

  /**
   * Adds a text to the message at hand.
   *
   * @param text what it says
   */
  public void addText(String text) {
    hasText = true;
    if (!text.isEmpty()) {
      prompt.add(text);
    }
  }

  /**
   * Adds the picture that the user shows.
   *
   * @param encoded the bytes of a picture file; not copied
   * @throws InputException when there is one
   */
  public void addPicture(byte[] encoded) {
    show(input -> input.withImage(encoded));
  }

  /**
   * Adds the picture that the user shows.
   *
   * @param file a picture file
   * @throws InputException when there is one
   */
  public void addPicture(Path file) {
    show(input -> input.withImage(file));
  }

  private void show(UnaryOperator<Input> shown) {
    InputException.requireField(picture == null, FIELD, "hold two pictures", "give one");
    picture = shown;
  }

  /**
   * Adds the beginning of the answer, behind which nothing may stand.
   *
   * @param text with which it begins
   * @throws InputException when the user's message is not there, or the answer's beginning is
   */
  public void addAssistant(String text) {
    requireOneTurn(answer == null);
    InputException.requireField(
        hasUser, FIELD, "hold a beginning of the answer before the user's message", "put it last");
    answer = Objects.requireNonNull(text, "text");
  }

  /** Refuses a message behind the beginning of the answer. */
  private void requireOneTurn(boolean holds) {
    InputException.requireField(
        holds && answer == null,
        FIELD,
        "have several turns",
        "this model answers one question without a history");
  }

  /**
   * {@return what the model reads; one that does not read the picture refuses it}
   *
   * @throws InputException when the user's message is not there
   */
  public Input input() {
    InputException.requireField(hasUser, FIELD, "hold no message of the user", "add one");
    Input input =
        Input.empty()
            .withText(hasText ? String.join(" ", prompt) : null)
            .withDecoderPrompt("".equals(answer) ? null : answer);
    return (picture == null ? input : picture.apply(input)).mustBeRead();
  }
}
