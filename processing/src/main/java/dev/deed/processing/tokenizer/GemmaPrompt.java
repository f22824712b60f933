package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.file.AddedToken;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;

/**
 * A prompt of Gemma about one picture: the token where the picture begins is followed by one for
 * each place that the picture takes, and the token where it ends, on lines of their own.
 */
final class GemmaPrompt {
  private static final String LINES = "\n\n";

  private GemmaPrompt() {}

  /**
   * The text to tokenize.
   *
   * @param prompt null for none but the picture
   * @param places that a picture takes
   * @throws InputException when the prompt does not say where the picture belongs, once, or the
   *     tokenizer does not know such tokens
   */
  static String withPicture(Tokenizer tokenizer, @Nullable String prompt, int places) {
    String begin = token(tokenizer, "boi_token");
    String text = prompt == null ? begin : prompt;
    int at = text.indexOf(begin);
    if (at < 0 || text.indexOf(begin, at + 1) >= 0) {
      throw InputException.ofField(
          "prompt",
          at < 0 ? "does not say where the picture belongs" : "has places for several pictures",
          "write " + begin + " once");
    }
    String end = token(tokenizer, "eoi_token");
    String picture = begin + token(tokenizer, "image_token").repeat(places) + end;
    return text.substring(0, at) + LINES + picture + LINES + text.substring(at + begin.length());
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
