package dev.deed.processing.tokenizer.training;

import dev.deed.processing.tokenizer.file.ByteLevel;
import dev.deed.processing.tokenizer.file.TokenizerSpec;
import dev.deed.processing.tokenizer.file.TokenizerSpec.Merge;
import dev.deed.processing.tokenizer.file.TokenizerSpec.Model;
import dev.deed.processing.tokenizer.file.Vocabulary;
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

  private static final String BYTE_LEVEL = TokenizerSpec.byteLevel(false);

  /** Written as the library does. */
  private static final String DECODER = TokenizerSpec.byteLevel(true);

  private static final String PREPEND =
      """
      {"type":"Prepend","prepend":" "}""";

  private static final String DIGITS =
      """
      {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},%s]}""";

  private static final String STRIP =
      """
      {"type":"Sequence","decoders":[%s,{"type":"Strip","content":" ","start":1,"stop":0}]}""";

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
    ByteLevel.words(counted, options.singleDigits())
        .forEach(word -> counts.merge(word, 1L, Long::sum));
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

    Vocabulary learned = new Vocabulary();
    List<String> tokens = merger.tokens();
    tokens.forEach(token -> learned.add(learned.size(), token));
    List<Merge> merges =
        merger.merges().stream()
            .map(pair -> new Merge(tokens.get(pair.left()), tokens.get(pair.right())))
            .toList();
    return TrainedTokenizer.of(
        new Model.Bpe(learned, merges, null),
        // Not the splitting's own space in front, which would add one before every digit.
        options.prefixSpace() ? PREPEND : TokenizerSpec.NOTHING,
        options.singleDigits() ? DIGITS.formatted(BYTE_LEVEL) : BYTE_LEVEL,
        options.prefixSpace() ? STRIP.formatted(DECODER) : DECODER,
        options.startToken());
  }
}
