package dev.deed.processing.tokenizer;

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
   * @throws dev.deed.value.InputException when there are too many tokens, or the prompt does not
   *     suit the picture
   */
  public int @Nullable [] encode(
      Tokenizer tokenizer, boolean tasks, int placeholder, TokenLimit limit) {
    limit.require(places);
    if (tasks && (prompt != null || places > 0)) {
      Tokenizer.refuse("source_language", sourceLanguage);
      Tokenizer.refuse("target_language", targetLanguage);
      return FlorencePrompt.encode(tokenizer, prompt, placeholder, places, limit);
    }
    String text = places == 0 ? prompt : GemmaPrompt.withPicture(tokenizer, prompt, places);
    return text == null ? null : tokenizer.encode(text, sourceLanguage, targetLanguage, limit);
  }
}
