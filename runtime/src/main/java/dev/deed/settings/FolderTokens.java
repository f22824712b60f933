package dev.deed.settings;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Tells which special tokens a model folder decodes with, for DEED's own modules. Safe for use from
 * many threads.
 */
public final class FolderTokens {
  private FolderTokens() {}

  /**
   * {@return the decoder's start, end and padding tokens} Start and ends are those that the model
   * decodes with, so that training teaches a model what it will be asked.
   *
   * @param folder the model folder
   * @param config its {@code config.json}
   * @param description what the model's family reads from it
   * @throws InputException when the folder states no end token, or a token is not in the vocabulary
   */
  public static SpecialTokens of(Path folder, Config config, ModelDescription description) {
    SpecialTokens own = description.tokens();
    int vocabulary = description.spec().decoder().vocabulary();
    GenerationSettings settings =
        GenerationSettings.read(GenerationDefaults.of(folder, config, description), Map.of());
    InputException.require(
        !settings.ends().isEmpty(),
        folder.toString(),
        "states no end token, so that no answer would end",
        "give eos_token_id in its generation_config.json");
    Integer padding = settings.padding() == null ? own.pad() : settings.padding();
    requireWithin(folder, "decoder_start_token_id", settings.decoderStart(), vocabulary);
    requireWithin(folder, "pad_token_id", padding == null ? 0 : padding, vocabulary);
    return new SpecialTokens(settings.decoderStart(), settings.ends(), padding);
  }

  /** What a family takes for a token that no file states may lie outside a small vocabulary. */
  private static void requireWithin(Path folder, String key, int token, int vocabulary) {
    InputException.require(
        token < vocabulary,
        folder.toString(),
        "states no " + key + ", and the usual " + token + " is not in its vocabulary",
        "give " + key + " in its config.json");
  }
}
