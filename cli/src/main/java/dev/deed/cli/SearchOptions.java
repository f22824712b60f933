package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.cli.options.OptionBounds;
import dev.deed.data.generate.GenerationJson;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How tokens are chosen, overridden line by line by the input's own {@code generation}. What is not
 * given is the folder's generation_config.json.
 */
final class SearchOptions {
  @Option(names = "--max-new-tokens", paramLabel = "N", descriptionKey = "search.max-new-tokens")
  @Nullable Integer maxNewTokens;

  @Option(names = "--min-new-tokens", paramLabel = "N", descriptionKey = "search.min-new-tokens")
  @Nullable Integer minNewTokens;

  @Option(names = "--beams", paramLabel = "N", descriptionKey = "search.beams")
  @Nullable Integer beams;

  @Option(names = "--return", paramLabel = "N", descriptionKey = "search.return")
  @Nullable Integer returned;

  @Option(names = "--length-penalty", paramLabel = "X", descriptionKey = "search.length-penalty")
  @Nullable Double lengthPenalty;

  @Option(names = "--early-stopping", paramLabel = "WHEN", descriptionKey = "search.early-stopping")
  @Nullable String earlyStopping;

  @Option(names = "--no-repeat-ngram", paramLabel = "N", descriptionKey = "search.no-repeat-ngram")
  @Nullable Integer noRepeatNGram;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      descriptionKey = "search.repetition-penalty")
  @Nullable Double repetitionPenalty;

  @Option(names = "--temperature", paramLabel = "X", descriptionKey = "search.temperature")
  @Nullable Double temperature;

  @Option(names = "--top-k", paramLabel = "N", descriptionKey = "search.top-k")
  @Nullable Integer topK;

  @Option(names = "--top-p", paramLabel = "X", descriptionKey = "search.top-p")
  @Nullable Double topP;

  @Option(names = "--seed", paramLabel = "N", descriptionKey = "search.seed")
  @Nullable Long seed;

  /** How many answers an input gets that says nothing of its own. */
  int returned(EncoderDecoderModel model) {
    Object stated = model.generationDefaults().get("num_return_sequences");
    return returned != null ? returned : stated instanceof Integer number ? number : 1;
  }

  /**
   * The options that were given, under their names in generation_config.json.
   *
   * @throws InputException when one is out of range
   */
  ObjectNode settings() {
    ObjectNode settings = GenerationJson.object();
    put(settings, "max_new_tokens", "--max-new-tokens", maxNewTokens, 1);
    put(settings, "min_new_tokens", "--min-new-tokens", minNewTokens, 0);
    put(settings, "num_beams", "--beams", beams, 1);
    put(settings, "num_return_sequences", "--return", returned, 1);
    put(settings, "no_repeat_ngram_size", "--no-repeat-ngram", noRepeatNGram, 0);
    put(settings, "top_k", "--top-k", topK, 0);
    put(settings, "repetition_penalty", "--repetition-penalty", repetitionPenalty, false);
    put(settings, "temperature", "--temperature", temperature, false);
    put(settings, "top_p", "--top-p", topP, true);
    if (lengthPenalty != null) {
      OptionBounds.require(
          Double.isFinite(lengthPenalty), "--length-penalty", lengthPenalty, "give a number");
      settings.put("length_penalty", lengthPenalty);
    }
    if (earlyStopping != null) {
      switch (earlyStopping) {
        case "true", "false" -> settings.put("early_stopping", Boolean.parseBoolean(earlyStopping));
        case "never" -> settings.put("early_stopping", "never");
        default ->
            throw new InputException(
                "--early-stopping", "is " + earlyStopping, "give true, false or never");
      }
    }
    if (seed != null) {
      settings.put("seed", seed);
    }
    if (temperature != null || topK != null || topP != null || seed != null) {
      settings.put("do_sample", true);
    }
    return settings;
  }

  private static void put(
      ObjectNode settings, String key, String option, @Nullable Integer value, int least) {
    if (value != null) {
      OptionBounds.requireAtLeast(option, value, least);
      settings.put(key, value);
    }
  }

  private static void put(
      ObjectNode settings, String key, String option, @Nullable Double value, boolean share) {
    if (value != null) {
      OptionBounds.require(
          share ? value >= 0 && value <= 1 : value > 0 && value <= Float.MAX_VALUE,
          option,
          value,
          share ? "give 0 to 1" : "give a number above 0");
      settings.put(key, value);
    }
  }
}
