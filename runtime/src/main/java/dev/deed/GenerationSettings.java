package dev.deed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generation settings with the names and meanings of Transformers, as far as this version supports
 * them: greedy decoding. A setting that would change the answer and is not supported is refused.
 *
 * @param decoderStart first decoder input
 * @param ends tokens that end a generation
 * @param maxNewTokens most tokens to emit after a prefix of {@code prefixLength} tokens
 */
record GenerationSettings(int decoderStart, List<Integer> ends, int maxNewTokens) {
  /** What Transformers takes when neither the folder nor the caller says how long. */
  private static final int DEFAULT_MAX_LENGTH = 20;

  private static final int LONGEST = 1 << 20;

  /** The folder's {@code generation_config.json}, or no settings at all. */
  static ObjectNode defaults(Path folder) {
    Path file = folder.resolve("generation_config.json");
    return Files.exists(file) ? Config.read(file).json() : JsonNodeFactory.instance.objectNode();
  }

  /**
   * Reads the folder's settings under the caller's.
   *
   * @throws dev.deed.checkpoint.InputException when a value is not valid or not supported
   */
  static GenerationSettings read(
      ObjectNode defaults,
      @Nullable ObjectNode overrides,
      SpecialTokens tokens,
      int vocabulary,
      int prefixLength) {
    ObjectNode merged = defaults.deepCopy();
    if (overrides != null) {
      merged.setAll(overrides);
      if (overrides.has("max_length") && !overrides.has("max_new_tokens")) {
        merged.remove("max_new_tokens");
      }
    }
    Config config = Config.of("generation settings", merged);
    GreedyOnly.require(config);
    SpecialTokens own = FolderTokens.override(config, tokens, vocabulary);
    int length = config.integer("max_length", DEFAULT_MAX_LENGTH, 1, LONGEST);
    return new GenerationSettings(
        own.decoderStart(),
        own.ends(),
        config.integer("max_new_tokens", Math.max(1, length - prefixLength), 1, LONGEST));
  }
}
