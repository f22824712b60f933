package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.file.AddedToken;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;

/**
 * Token ids of a prompt, among which the rows of a picture take places.
 *
 * @param prompt null for none
 * @param sourceLanguage as {@link Tokenizer#encode(String, String, String, TokenLimit)} has it
 * @param targetLanguage as it has it
 * @param places rows of the picture; 0 for none
 */
public record PicturePrompt(
    @Nullable String prompt,
    @Nullable String sourceLanguage,
    @Nullable String targetLanguage,
    int places) {
  /** Bytes that a task becomes beside its input, at most. */
  public static final int TASK = 64;

  /**
   * The ids; null where there is neither prompt nor picture.
   *
   * @param tasks whether the prompt may be a task, behind the places of its picture (Florence-2);
   *     else they are where it says that the picture begins (Gemma)
   * @param placeholder the token that keeps a place
   * @param limit of all tokens, those of the picture among them
   * @throws InputException when there are too many tokens, or the prompt does not suit the picture
   */
  public int @Nullable [] encode(
      Tokenizer tokenizer, boolean tasks, int placeholder, TokenLimit limit) {
    limit.require(places);
    if (tasks && (prompt != null || places > 0)) {
      Tokenizer.refuse("source_language", sourceLanguage);
      Tokenizer.refuse("target_language", targetLanguage);
      return FlorencePrompt.encode(tokenizer, prompt, placeholder, places, limit);
    }
    String text = places == 0 ? prompt : withPicture(tokenizer);
    return text == null ? null : tokenizer.encode(text, sourceLanguage, targetLanguage, limit);
  }

  /**
   * Gemma's prompt about one picture: the token where the picture begins is followed by one for
   * each place that the picture takes, and the token where it ends, on lines of their own.
   *
   * @throws InputException when the prompt does not say where the picture belongs, once, or the
   *     tokenizer does not know such tokens
   */
  private String withPicture(Tokenizer tokenizer) {
    String begin = token(tokenizer, "boi_token");
    String text = prompt == null ? begin : prompt;
    int at = text.indexOf(begin);
    InputException.requireField(
        at >= 0 && text.indexOf(begin, at + 1) < 0,
        "prompt",
        at < 0 ? "does not say where the picture belongs" : "has places for several pictures",
        "write " + begin + " once");
    String end = token(tokenizer, "eoi_token");
    String picture = begin + token(tokenizer, "image_token").repeat(places) + end;
    return text.substring(0, at) + "\n\n" + picture + "\n\n" + text.substring(at + begin.length());
  }

  private static String token(Tokenizer tokenizer, String key) {
    AddedToken token = tokenizer.settings().named().get(key);
    if (token == null) {
      throw new InputException(
          "tokenizer_config.json",
          "lacks \"" + key + "\"",
          "give input_ids instead of a prompt, or the complete folder");
    }
    return token.content();
  }
}
