package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import dev.deed.files.IoReason;
import dev.deed.processing.page.OcrEncoder;
import dev.deed.processing.tokenizer.TokenizerSpec.Model;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A tokenizer as two JSON documents in the formats of the tokenizers and Transformers libraries.
 *
 * @param tokenizer content of {@code tokenizer.json}
 * @param config content of {@code tokenizer_config.json}
 */
public record TrainedTokenizer(JsonNode tokenizer, JsonNode config) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<AddedToken> ADDED =
      VocabularyTrainer.SPECIAL_TOKENS.stream().map(AddedToken::special).toList();

  /** Adds what all our tokenizers share: special tokens and what is put around a text. */
  static TrainedTokenizer of(
      Model model, String normalizer, String preTokenizer, String decoder, boolean startToken) {
    List<String> before = startToken ? List.of("<s>") : List.of();
    byte[] tokenizer =
        new TokenizerSpec(model, normalizer, preTokenizer, decoder, before, List.of("</s>"), ADDED)
            .json();
    ObjectNode config = MAPPER.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast").put("bos_token", "<s>");
    config.put("pad_token", "<pad>").put("eos_token", "</s>").put("unk_token", "<unk>");
    config.put("clean_up_tokenization_spaces", false);
    try {
      return new TrainedTokenizer(MAPPER.readTree(tokenizer), config);
    } catch (IOException e) {
      throw new IllegalStateException("what was written does not parse", e);
    }
  }

  /** The same for words with boxes that are to be copied: each token has its part of the box. */
  public TrainedTokenizer sharingBoxes() {
    ObjectNode sharing = config.deepCopy();
    return new TrainedTokenizer(tokenizer, sharing.put(OcrEncoder.SHARES, true));
  }

  /** Number of tokens, special ones included. */
  public int size() {
    return tokenizer.path("model").path("vocab").size();
  }

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json}, each whole or not at all.
   *
   * @throws InputException when the folder cannot be written
   */
  public void writeTo(Path folder) {
    try {
      AtomicFiles.writeText(folder.resolve("tokenizer.json"), pretty(tokenizer));
      AtomicFiles.writeText(folder.resolve("tokenizer_config.json"), pretty(config));
    } catch (IOException e) {
      throw IoReason.unwritable(folder, e);
    }
  }

  private static String pretty(JsonNode json) throws IOException {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }
}
