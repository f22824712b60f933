package dev.deed.processing.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    byte[] json = withWords(normalizer).toString().getBytes(StandardCharsets.UTF_8);
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

  /** A tokenizer for which every text that is not empty is a word. */
  private static JsonNode withWords(JsonNode normalizer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", "1.0");
    json.set("normalizer", normalizer);
    ObjectNode model = json.putObject("model");
    model.put("type", "WordLevel");
    model.put("unk_token", "?");
    model.putObject("vocab").put("?", 0);
    return json;
  }
}
