package dev.deed;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import java.nio.file.Path;
import java.util.List;

/** The special tokens that a model folder decodes with. */
public final class FolderTokens {
  private FolderTokens() {}

  /**
   * Those of the configuration, overridden by the folder's {@code generation_config.json}.
   *
   * @throws dev.deed.checkpoint.InputException when one is not in the vocabulary
   */
  public static SpecialTokens of(Path folder, ModelDescription description) {
    SpecialTokens own = description.tokens();
    if (!GenerationDefaults.hasFile(folder)) {
      return own;
    }
    Config settings = Config.read(folder.resolve("generation_config.json"));
    int vocabulary = description.spec().decoder().vocabulary();
    List<Integer> ends = settings.integers("eos_token_id", 0, vocabulary - 1);
    Integer pad = own.pad();
    return new SpecialTokens(
        settings.integer("decoder_start_token_id", own.decoderStart(), 0, vocabulary - 1),
        ends.isEmpty() ? own.ends() : ends,
        settings.has("pad_token_id")
            ? (Integer) settings.integer("pad_token_id", 0, vocabulary - 1)
            : pad);
  }
}
