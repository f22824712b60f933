package dev.deed;

import dev.deed.decode.draft.PromptLookup;
import dev.deed.model.Decoder;
import dev.deed.processing.tokenizer.DecoderPrompt;
import dev.deed.processing.tokenizer.TargetLanguage;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.GenerationDefaults;
import dev.deed.settings.GenerationSettings;
import dev.deed.settings.SpeechTokens;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the decoder is told before it begins: a prefix, a prompt, or the language of its answer.
 * Safe for use from many threads.
 *
 * @param folder what messages call the model
 * @param promptReplacesStart see {@code ModelDescription.Inputs}
 */
record DecoderStart(String folder, @Nullable Tokenizer tokenizer, boolean promptReplacesStart) {
  private static final String OTHERWISE = "leave %s out, or give decoder_input_ids";

  /**
   * The caller's settings with those that follow from the target language, where the caller does
   * not state them.
   *
   * @param start the decoder's start without a language
   * @throws InputException when the model does not know the language
   */
  Map<String, @Nullable Object> settings(
      String language, Map<String, @Nullable Object> overrides, int start) {
    TargetLanguage target =
        requireTokenizer(OTHERWISE.formatted("target_language")).target(language, start);
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("decoder_start_token_id", target.start());
    target.forcedFirst().ifPresent(id -> all.put("forced_bos_token_id", id));
    all.putAll(overrides);
    return all;
  }

  /**
   * The tokens of a multilingual speech model whose language has to be detected: nobody states what
   * the decoder begins with. Else null.
   *
   * @param own the folder's settings under the caller's
   * @param defaults the folder's
   * @throws InputException when the folder's tokens are none of its vocabulary
   */
  @Nullable SpeechTokens detecting(
      Input input, GenerationSettings own, GenerationDefaults defaults) {
    boolean isGiven =
        input.decoderPrefix() != null
            || input.content.decoderPrompt != null
            || input.content.targetLanguage != null
            || own.forcesFirst();
    if (isGiven || tokenizer == null || !SpeechTokens.areIn(defaults.settings())) {
      return null;
    }
    SpeechTokens tokens =
        SpeechTokens.of(folder, defaults.settings(), tokenizer, defaults.vocabulary());
    return tokens.choosesLanguage() && tokens.start() == own.decoderStart() ? tokens : null;
  }

  /**
   * The decoder inputs to begin with: the caller's, else the model's own. What the caller replaces
   * is not looked at: a Whisper of many languages leaves one open that only the caller knows.
   *
   * @param mostTokens that the caller may give
   * @throws dev.deed.value.InputException when there are more
   */
  int[] prefix(Input input, GenerationSettings own, int mostTokens) {
    int[] given = input.decoderPrefix();
    if (given != null) {
      new TokenLimit("decoder_input_ids", mostTokens, "shorten them").require(given.length);
      return given;
    }
    if (input.content.decoderPrompt == null) {
      return own.prefix();
    }
    TokenLimit limit = new TokenLimit("decoder_prompt", mostTokens, "shorten it");
    int[] prompt =
        requireTokenizer(OTHERWISE.formatted("decoder_prompt"))
            .encode(input.content.decoderPrompt, false, limit);
    return DecoderPrompt.prefix(prompt, own.decoderStart(), promptReplacesStart);
  }

  /**
   * The tokens of an answer as targets have them in training, up to the end token, which is added
   * where it is not there. Behind a caller's own prefix no special tokens come first.
   *
   * @param own settings, whose end tokens end an answer; there may be none
   * @throws dev.deed.value.InputException when it is too long, or the language is unknown
   */
  List<Integer> answer(Input input, String text, GenerationSettings own) {
    new TokenLimit("answer", GenerationSetting.LONGEST, "shorten it")
        .requireFewCharacters(text.length());
    Tokenizer known = requireTokenizer("give the answer's token ids");
    boolean hasStart = input.content.decoderPrompt != null || input.decoderPrefix() != null;
    int[] framed =
        hasStart
            ? known.encode(text, false)
            : known.encodeTarget(text, input.content.targetLanguage);
    int[] promptIds = DecoderPrompt.behindStart(framed, own.decoderStart());
    List<Integer> ends = own.ends();
    List<Integer> ids =
        new ArrayList<>(
            Arrays.stream(promptIds).takeWhile(id -> !ends.contains(id)).boxed().toList());
    ends.stream().findFirst().ifPresent(ids::add);
    return ids;
  }

  /**
   * What an answer is expected to be; a text is cut as an answer is.
   *
   * @param own settings, whose end tokens end an answer
   * @param mostTokens that the caller may give
   * @return null where the request has none
   * @throws InputException when it is too long, or the folder holds no tokenizer
   */
  @Nullable PromptLookup prediction(Request request, GenerationSettings own, int mostTokens) {
    return switch (request.options().expected()) {
      case null -> null;
      case Prediction.Tokens(List<Integer> ids) -> PromptLookup.prediction(ids);
      case Prediction.Text(String text) ->
          PromptLookup.prediction(predicted(request.input(), text, own, mostTokens));
    };
  }

  private List<Integer> predicted(
      Input input, String text, GenerationSettings own, int mostTokens) {
    InputException.requireField(
        tokenizer != null,
        "prediction",
        "needs a tokenizer, which the model's folder does not hold",
        "leave it out");
    int most = Math.min(mostTokens, GenerationOptions.MOST_PREDICTED);
    TokenLimit limit = new TokenLimit("prediction", most, "shorten it");
    limit.requireFewCharacters(text.length());
    List<Integer> tokens = answer(input, text, own);
    limit.require(tokens.size());
    return tokens;
  }

  /**
   * Checks decoder inputs.
   *
   * @param field what messages call them
   * @throws InputException when a decoder has no such token, or no place for so many
   */
  static void requireFits(String field, int[] prefix, Decoder decoder) {
    int vocabulary = decoder.vocabulary();
    for (int id : prefix) {
      InputException.requireField(
          id >= 0 && id < vocabulary,
          field,
          "holds " + id + ", the vocabulary is 0.." + (vocabulary - 1),
          "give other ids");
    }
    int most = decoder.maxPositions();
    InputException.requireField(
        prefix.length >= 1 && prefix.length <= most,
        field,
        "has " + prefix.length + " tokens, the model takes 1.." + most,
        "shorten the prefix");
  }

  private Tokenizer requireTokenizer(String whatToDo) {
    if (tokenizer == null) {
      throw new InputException(folder, "holds no tokenizer", whatToDo);
    }
    return tokenizer;
  }
}
