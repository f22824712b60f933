package dev.deed.processing.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.processing.tokenizer.file.AddedToken;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Looks for added tokens of which the normalizer leaves nothing. The tokenizers library would find
 * nothing everywhere, inside of characters too, and end the process. What a normalizer leaves only
 * the library itself knows, so it is asked with the normalizer alone.
 */
final class VanishingTokens {
  /** A tokenizer for which every text that is not empty is a word. */
  private static final String WITH_WORDS =
      """
      {"version":"1.0","normalizer":%s,
       "model":{"type":"WordLevel","unk_token":"?","vocab":{"?":0}}}""";

  private VanishingTokens() {}

  /**
   * @param origin what an error message calls the tokenizer
   * @param normalizer of its {@code tokenizer.json}
   * @throws InputException when nothing is left of a token
   */
  static void refuse(String origin, JsonNode normalizer, List<AddedToken> tokens) {
    List<String> rewritten =
        tokens.stream().filter(AddedToken::normalized).map(AddedToken::content).toList();
    if (normalizer.isNull() || rewritten.isEmpty()) {
      return;
    }
    byte[] json = WITH_WORDS.formatted(normalizer).getBytes(StandardCharsets.UTF_8);
    try (HuggingFaceTokenizer library = NativeTokenizer.open(origin, json)) {
      for (String token : rewritten) {
        InputException.require(
            NativeTokenizer.encode(library, origin, token, false).length > 0,
            origin,
            "its normalizer leaves nothing of an added token",
            "give a tokenizer.json without that token");
      }
    }
  }
}
