package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.TokenizerSpec.Model;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Learns a vocabulary from text. Texts are given one after the other and only counted, never kept;
 * the same texts in any order give the same vocabulary. Belongs to one thread.
 */
public sealed interface VocabularyTrainer
    permits VocabularyTrainer.WordLevelTrainer, ByteLevelBpeTrainer {
  /** Ids 0 to 3 of all vocabularies made here, as BART has them: start, padding, end, unknown. */
  List<String> SPECIAL_TOKENS = List.of("<s>", "<pad>", "</s>", "<unk>");

  enum Kind {
    /** Bytes and what they merge to. */
    BPE,
    /** White-space separated words. */
    WORD;

    /**
     * One that has seen no text.
     *
     * @throws IllegalArgumentException when the vocabulary has no room for what each must hold
     */
    public VocabularyTrainer trainer(Options options) {
      return this == BPE ? new ByteLevelBpeTrainer(options) : new WordLevelTrainer(options);
    }
  }

  /** Counts a text. */
  void add(String text);

  /** The tokenizer of all texts so far. */
  TrainedTokenizer finish();

  /**
   * What to make of the texts.
   *
   * @param vocabularySize most tokens, special ones included
   * @param minFrequency how often a word (word-level) or a pair (BPE) must occur to become a token,
   *     at least 1
   * @param singleDigits whether each digit is a token of its own (BPE only): numbers are then
   *     spelled, not learnt whole
   * @param prefixSpace whether a text is encoded as if a space stood before it (BPE only): its
   *     first word then becomes the tokens that it is elsewhere, and decoding takes the space away
   * @param startToken whether encoding puts {@code <s>} in front; {@code </s>} is always put at the
   *     end
   */
  record Options(
      int vocabularySize,
      int minFrequency,
      boolean singleDigits,
      boolean prefixSpace,
      boolean startToken) {
    /**
     * @throws IllegalArgumentException when there is no room for a token beside the special ones,
     *     or no frequency
     */
    public Options {
      if (vocabularySize <= SPECIAL_TOKENS.size() || minFrequency < 1) {
        throw new IllegalArgumentException(
            "vocabulary size %d, minimum frequency %d: more than %d and at least 1 are needed"
                .formatted(vocabularySize, minFrequency, SPECIAL_TOKENS.size()));
      }
    }
  }

  /**
   * One token a word, words being separated by white space: for markup and other artificial
   * languages. The most frequent words come first, equally frequent ones in order of their code
   * points; others become {@code <unk>}. Decoding joins tokens by single spaces.
   */
  final class WordLevelTrainer implements VocabularyTrainer {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\p{IsWhite_Space}+");

    /** The order of UTF-8 bytes; Java's own goes by UTF-16 units. */
    static final Comparator<String> CODE_POINTS =
        Comparator.comparing(word -> word.codePoints().toArray(), Arrays::compare);

    private final Options options;
    private final Map<String, Long> counts = new HashMap<>();

    public WordLevelTrainer(Options options) {
      this.options = options;
    }

    @Override
    public void add(String text) {
      WHITE_SPACE
          .splitAsStream(text)
          .filter(word -> !word.isEmpty())
          .forEach(word -> counts.merge(word, 1L, Long::sum));
    }

    @Override
    public TrainedTokenizer finish() {
      Vocabulary vocabulary = new Vocabulary();
      SPECIAL_TOKENS.forEach(token -> vocabulary.add(vocabulary.size(), token));
      counts.entrySet().stream()
          .filter(word -> word.getValue() >= options.minFrequency())
          .filter(word -> !SPECIAL_TOKENS.contains(word.getKey()))
          .sorted(
              Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                  .thenComparing(Map.Entry.comparingByKey(CODE_POINTS)))
          .limit(options.vocabularySize() - (long) SPECIAL_TOKENS.size())
          .forEach(word -> vocabulary.add(vocabulary.size(), word.getKey()));
      // Without a decoder the library joins tokens by spaces.
      return TrainedTokenizer.of(
          new Model.Words(vocabulary, "<unk>"),
          TokenizerSpec.NOTHING,
          """
          {"type":"WhitespaceSplit"}""",
          TokenizerSpec.NOTHING,
          options.startToken());
    }
  }
}
