package dev.deed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.model.Decoder;
import dev.deed.processing.tokenizer.DecoderPrompt;
import dev.deed.processing.tokenizer.TargetLanguage;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.GenerationSettings;
import org.jspecify.annotations.Nullable;

/**
 * What the decoder is told before it begins: a prefix, a prompt, or the language of its answer.
 * Safe for use from many threads.
 *
 * @param folder what messages call the model
 * @param promptReplacesStart see {@link DecoderPrompt#replacesStart}
 */
record DecoderStart(String folder, @Nullable Tokenizer tokenizer, boolean promptReplacesStart) {
  /**
   * The caller's settings with those that follow from the target language, where the caller does
   * not state them.
   *
   * @param start the decoder's start without a language
   * @throws InputException when the model does not know the language
   */
  @Nullable ObjectNode settings(Input input, @Nullable ObjectNode overrides, int start) {
    if (input.targetLanguage() == null) {
      return overrides;
    }
    TargetLanguage target =
        requireTokenizer("target_language").target(input.targetLanguage(), start);
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.put("decoder_start_token_id", target.start());
    target.forcedFirst().ifPresent(id -> all.put("forced_bos_token_id", id));
    if (overrides != null) {
      all.setAll(overrides);
    }
    return all;
  }

  /**
   * The decoder inputs to begin with: the caller's, else the model's own. What the caller replaces
   * is not looked at: a Whisper of many languages leaves one open that only the caller knows.
   *
   * @param mostTokens that the caller may give
   * @throws dev.deed.checkpoint.BadInputException when there are more
   */
  int[] prefix(Input input, GenerationSettings own, int mostTokens) {
    int[] given = input.decoderPrefix();
    if (given != null) {
      new TokenLimit("decoder_input_ids", mostTokens, "shorten them").require(given.length);
      return given;
    }
    if (input.decoderPrompt() == null) {
      return own.prefix();
    }
    TokenLimit limit = new TokenLimit("decoder_prompt", mostTokens, "shorten it");
    int[] prompt = requireTokenizer("decoder_prompt").encode(input.decoderPrompt(), false, limit);
    return DecoderPrompt.prefix(prompt, own.decoderStart(), promptReplacesStart);
  }

  /**
   * Checks decoder inputs to begin with.
   *
   * @throws InputException when a decoder has no such token, or no place for so many
   */
  static void requireFits(int[] prefix, Decoder decoder) {
    int vocabulary = decoder.vocabulary();
    for (int id : prefix) {
      InputException.check(
          id >= 0 && id < vocabulary,
          "decoder_input_ids",
          "holds " + id + ", the vocabulary is 0.." + (vocabulary - 1),
          "give other ids");
    }
    int most = decoder.maxPositions();
    InputException.check(
        prefix.length >= 1 && prefix.length <= most,
        "decoder_input_ids",
        "has " + prefix.length + " tokens, the model takes 1.." + most,
        "shorten the prefix");
  }

  private Tokenizer requireTokenizer(String field) {
    if (tokenizer == null) {
      throw new InputException(
          folder, "holds no tokenizer", "leave " + field + " out, or give decoder_input_ids");
    }
    return tokenizer;
  }
}
