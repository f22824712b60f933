package dev.deed.processing.tokenizer;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Transformers does to decoded text after the tokenizers library, and to ids before.
 *
 * @param cleansUp whether spaces in front of punctuation and English contractions are taken out
 *     ({@code clean_up_tokenization_spaces})
 * @param whisper Whisper's own tokens, null for other models
 */
record DecodedText(boolean cleansUp, @Nullable Whisper whisper) {
  private static final Pattern TIME = Pattern.compile("<\\|\\d+\\.\\d+\\|>");

  /**
   * Tokens of Whisper, -1 where the vocabulary lacks one.
   *
   * @param previousText starts text that came before and is not part of the answer
   * @param start starts the answer
   */
  record Whisper(int previousText, int start) {}

  /**
   * The rules of a folder. Cleaning up is for word pieces, so byte-pair encoding goes without, as
   * in Transformers 5.
   */
  static DecodedText of(TokenizerSettings settings, TokenizerFile file) {
    String corrupting = "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output";
    boolean cleansUp =
        settings.config().flag("clean_up_tokenization_spaces", false)
            && (!file.mergesPairs() || settings.config().flag(corrupting, false));
    Map<String, Integer> ids = file.vocabulary().ids();
    Whisper whisper =
        settings.family() == TokenizerFamily.WHISPER
            ? new Whisper(
                ids.getOrDefault("<|startofprev|>", -1),
                ids.getOrDefault("<|startoftranscript|>", -1))
            : null;
    return new DecodedText(cleansUp, whisper);
  }

  /** The ids without an earlier text in front that Whisper was prompted with. */
  int[] withoutPrompt(int[] ids) {
    if (whisper == null || ids.length == 0 || ids[0] != whisper.previousText()) {
      return ids;
    }
    int start = whisper.start();
    return Arrays.stream(ids).dropWhile(id -> id != start).toArray();
  }

  /**
   * @throws dev.deed.value.InputException when spaces are taken out of what tokens spell
   */
  void requireUntouched(String origin) {
    if (cleansUp) {
      throw TokenSpelling.unknown(origin, "cleans up spaces (clean_up_tokenization_spaces)");
    }
  }

  /** Whether no text shows a token: Whisper's times. */
  boolean leavesOut(String token) {
    return whisper != null && TIME.matcher(token).matches();
  }

  /** The text as users see it. */
  String tidy(String text) {
    String tidied = whisper == null ? text : TIME.matcher(text).replaceAll("");
    return cleansUp ? cleanUp(tidied) : tidied;
  }

  /**
   * How much of a tidied text, in characters, stays as it is whatever comes: cleaning up can still
   * take a space within the last three characters, and bring back those around a last apostrophe.
   */
  int unchangingLength(String text) {
    int end = text.length();
    if (cleansUp) {
      int space = text.indexOf(' ', Math.max(0, end - 3));
      end = space >= 0 ? space : text.endsWith("'") ? end - 1 : end;
    }
    return end;
  }

  private static String cleanUp(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }
}
