package dev.deed.processing.tokenizer.training;

import dev.deed.processing.tokenizer.file.TokenizerSpec;
import dev.deed.processing.tokenizer.file.TokenizerSpec.Model;
import dev.deed.processing.tokenizer.file.Vocabulary;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One token a word, words being separated by white space: for markup and other artificial
 * languages. The most frequent words come first, equally frequent ones in order of their code
 * points; others become {@code <unk>}. Decoding joins tokens by single spaces.
 */
public final class WordLevelTrainer implements VocabularyTrainer {
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
