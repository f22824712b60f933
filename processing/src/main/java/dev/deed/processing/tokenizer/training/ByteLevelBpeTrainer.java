package dev.deed.processing.tokenizer.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.tokenizer.file.ByteLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Byte-pair encoding over bytes (Sennrich et al. 2016): any text can be encoded, without unknown
 * tokens. Words are those of {@link ByteLevel}; the most frequent pair of neighbours is merged
 * until the vocabulary is full. Ties go as in Hugging Face's trainer, to the pair with the lower
 * ids, so that both learn the same from the same texts.
 */
public final class ByteLevelBpeTrainer implements VocabularyTrainer {
  private static final String SPACE = " ";

  private final Options options;
  private final Map<String, Long> counts = new HashMap<>();

  /**
   * @throws IllegalArgumentException when the vocabulary has no room for all bytes beside the
   *     special tokens
   */
  public ByteLevelBpeTrainer(Options options) {
    if (options.vocabularySize() < SPECIAL_TOKENS.size() + 256) {
      throw new IllegalArgumentException(
          "a byte-level vocabulary of %d tokens: at least %d are needed"
              .formatted(options.vocabularySize(), SPECIAL_TOKENS.size() + 256));
    }
    this.options = options;
  }

  @Override
  public void add(String text) {
    String counted = options.prefixSpace() && !text.isEmpty() ? SPACE + text : text;
    for (String word : ByteLevel.words(counted, options.singleDigits())) {
      counts.merge(word, 1L, Long::sum);
    }
  }

  @Override
  public TrainedTokenizer finish() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    SPECIAL_TOKENS.forEach(token -> vocabulary.put(token, vocabulary.size()));
    char[] alphabet = ByteLevel.alphabet();
    Arrays.sort(alphabet);
    for (char c : alphabet) {
      vocabulary.put(String.valueOf(c), vocabulary.size());
    }
    List<int[]> words = new ArrayList<>();
    List<Long> wordCounts = new ArrayList<>();
    // Sorted, so that the result does not depend on the order in which the texts came.
    new TreeMap<>(counts)
        .forEach(
            (word, count) -> {
              words.add(word.chars().map(c -> vocabulary.get(String.valueOf((char) c))).toArray());
              wordCounts.add(count);
            });
    PairMerger merger = new PairMerger(new ArrayList<>(vocabulary.keySet()), words, wordCounts);
    merger.mergeUntil(options.vocabularySize(), options.minFrequency());

    ObjectNode model = JsonNodeFactory.instance.objectNode();
    model.put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.put("ignore_merges", false);
    ObjectNode vocab = model.putObject("vocab");
    List<String> tokens = merger.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      vocab.put(tokens.get(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    for (Pair pair : merger.merges()) {
      merges.addArray().add(tokens.get(pair.left())).add(tokens.get(pair.right()));
    }
    return TrainedTokenizer.of(
        model, normalizer(), preTokenizer(), decoder(), options.startToken());
  }

  /** Not the splitting's own {@code add_prefix_space}, which would add one before every digit. */
  private JsonNode normalizer() {
    return options.prefixSpace()
        ? step("Prepend").put("prepend", SPACE)
        : JsonNodeFactory.instance.nullNode();
  }

  private ObjectNode preTokenizer() {
    if (!options.singleDigits()) {
      return byteLevel(false);
    }
    ObjectNode sequence = step("Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    steps.add(step("Digits").put("individual_digits", true));
    steps.add(byteLevel(false));
    return sequence;
  }

  private ObjectNode decoder() {
    if (!options.prefixSpace()) {
      return byteLevel(true);
    }
    ObjectNode sequence = step("Sequence");
    ArrayNode steps = sequence.putArray("decoders");
    steps.add(byteLevel(true));
    steps.add(step("Strip").put("content", SPACE).put("start", 1).put("stop", 0));
    return sequence;
  }

  private static ObjectNode step(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  /**
   * The same settings for splitting and decoding; decoding ignores all of them, and is written as
   * the library does.
   */
  private static ObjectNode byteLevel(boolean addPrefixSpace) {
    ObjectNode node = step("ByteLevel");
    node.put("add_prefix_space", addPrefixSpace);
    node.put("trim_offsets", true);
    node.put("use_regex", true);
    return node;
  }
}
