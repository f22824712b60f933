package dev.deed;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.InputException;
import java.util.List;
import java.util.Map;

/**
 * Refuses what greedy decoding would not heed although it changes the answer, with the names and
 * neutral values of Transformers' {@code GenerationConfig}. What changes sampling or beams alone
 * (temperature, length penalty and the like) is heard nowhere when these are off.
 */
final class GreedyOnly {
  /** Numbers, and the value of each that does nothing. */
  private static final List<Map.Entry<String, Double>> NUMBERS =
      List.of(
          Map.entry("num_beams", 1.0),
          Map.entry("num_beam_groups", 1.0),
          Map.entry("num_return_sequences", 1.0),
          Map.entry("repetition_penalty", 1.0),
          Map.entry("encoder_repetition_penalty", 1.0),
          Map.entry("no_repeat_ngram_size", 0.0),
          Map.entry("encoder_no_repeat_ngram_size", 0.0),
          Map.entry("min_new_tokens", 0.0),
          Map.entry("min_length", 0.0),
          Map.entry("penalty_alpha", 0.0),
          Map.entry("guidance_scale", 1.0));

  /** Settings that do nothing only when they are absent or null. */
  private static final List<String> ABSENT =
      List.of(
          "forced_bos_token_id",
          "forced_eos_token_id",
          "forced_decoder_ids",
          "suppress_tokens",
          "begin_suppress_tokens",
          "bad_words_ids",
          "force_words_ids",
          "constraints",
          "sequence_bias",
          "exponential_decay_length_penalty",
          "stop_strings",
          "max_time",
          "dola_layers",
          "watermarking_config");

  private GreedyOnly() {}

  /**
   * @throws InputException when a setting asks for more than greedy decoding
   */
  static void require(Config settings) {
    if (settings.flag("do_sample", false)) {
      throw refusal("do_sample", "true", "false");
    }
    for (Map.Entry<String, Double> number : NUMBERS) {
      double value = settings.number(number.getKey(), number.getValue());
      if (value != number.getValue()) {
        throw refusal(number.getKey(), "" + value, "" + number.getValue());
      }
    }
    for (String key : ABSENT) {
      if (settings.has(key)) {
        throw refusal(key, settings.json().get(key).toString(), "null");
      }
    }
  }

  private static InputException refusal(String key, String value, String neutral) {
    String shown = value.length() <= 60 ? value : value.substring(0, 57) + "...";
    return new InputException(
        "generation setting " + key,
        "is " + shown + ", which is not supported yet",
        "set it to " + neutral + " in the line or in generation_config.json");
  }
}
