package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.TokenizerSpec.Merge;
import dev.deed.processing.tokenizer.TokenizerSpec.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SequencedSet;
import java.util.Set;
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

  /**
   * The merge loop of byte-pair encoding. Counts of pairs are kept up to date merge by merge; the
   * queue may hold outdated counts, which are put right when they come up. That is the scheme of
   * Hugging Face's trainer, followed exactly, since where one token can be spelled by two merges
   * the result depends on it.
   */
  private static final class PairMerger {
    /** A pair waiting to be merged in some words, with the count it had when it was queued. */
    private record Candidate(Pair pair, long count, Set<Integer> words)
        implements Comparable<Candidate> {
      /** The most frequent first, of equally frequent ones the lowest pair. */
      @Override
      public int compareTo(Candidate other) {
        return count != other.count ? Long.compare(other.count, count) : pair.compareTo(other.pair);
      }
    }

    private final List<String> tokens;
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<int[]> words;
    private final List<Long> wordCounts;
    private final Map<Pair, Long> pairCounts = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>();
    private final SequencedSet<Pair> merges = new LinkedHashSet<>();

    /**
     * @param tokens the vocabulary to start from, by id; grows
     * @param words token ids of each word; changes
     * @param wordCounts how often each word occurs
     */
    PairMerger(List<String> tokens, List<int[]> words, List<Long> wordCounts) {
      this.tokens = tokens;
      this.words = words;
      this.wordCounts = wordCounts;
      for (int id = 0; id < tokens.size(); id++) {
        ids.put(tokens.get(id), id);
      }
      Map<Pair, Set<Integer>> places = new LinkedHashMap<>();
      for (int w = 0; w < words.size(); w++) {
        int[] word = words.get(w);
        for (int i = 0; i + 1 < word.length; i++) {
          appear(new Pair(word[i], word[i + 1]), w, wordCounts.get(w), places);
        }
      }
      enqueue(places);
    }

    List<String> tokens() {
      return tokens;
    }

    /** The merges, in the order in which encoding applies them. */
    Set<Pair> merges() {
      return merges;
    }

    /** Merges until there are {@code size} tokens or no pair occurs {@code minFrequency} times. */
    void mergeUntil(int size, int minFrequency) {
      while (tokens.size() < size) {
        Candidate top = queue.poll();
        if (top == null) {
          return;
        }
        long count = pairCounts.getOrDefault(top.pair(), 0L);
        if (count != top.count()) {
          queue.add(new Candidate(top.pair(), count, top.words()));
        } else if (count < minFrequency) {
          return;
        } else {
          merge(top);
        }
      }
    }

    private void merge(Candidate top) {
      String merged = tokens.get(top.pair().left()) + tokens.get(top.pair().right());
      int id = ids.computeIfAbsent(merged, token -> tokens.size());
      if (id == tokens.size()) {
        tokens.add(merged);
      }
      // A pair that comes up again counts as merged the last time.
      merges.remove(top.pair());
      merges.addLast(top.pair());
      Map<Pair, Set<Integer>> places = new LinkedHashMap<>();
      top.words().forEach(w -> mergeIn(w, top.pair(), id, places));
      enqueue(places);
    }

    /** Replaces the pair in a word from the left; counts neighbours that vanish and that appear. */
    private void mergeIn(int w, Pair pair, int id, Map<Pair, Set<Integer>> places) {
      int[] word = words.get(w);
      long count = wordCounts.get(w);
      int[] merged = new int[word.length];
      int length = 0;
      for (int i = 0; i < word.length; i++) {
        if (word[i] != pair.left() || i + 1 == word.length || word[i + 1] != pair.right()) {
          merged[length++] = word[i];
          continue;
        }
        if (length > 0) {
          pairCounts.merge(new Pair(merged[length - 1], word[i]), -count, Long::sum);
          appear(new Pair(merged[length - 1], id), w, count, places);
        }
        i++;
        if (i + 1 < word.length) {
          pairCounts.merge(new Pair(word[i], word[i + 1]), -count, Long::sum);
          appear(new Pair(id, word[i + 1]), w, count, places);
        }
        merged[length++] = id;
      }
      words.set(w, Arrays.copyOf(merged, length));
    }

    private void appear(Pair pair, int w, long count, Map<Pair, Set<Integer>> places) {
      pairCounts.merge(pair, count, Long::sum);
      places.computeIfAbsent(pair, key -> new LinkedHashSet<>()).add(w);
    }

    private void enqueue(Map<Pair, Set<Integer>> places) {
      places.forEach(
          (pair, at) -> {
            long count = pairCounts.getOrDefault(pair, 0L);
            if (count > 0) {
              queue.add(new Candidate(pair, count, at));
            }
          });
    }

    /** Two neighbouring tokens of a word, by id; ordered by left id, then right id. */
    record Pair(int left, int right) implements Comparable<Pair> {
      @Override
      public int compareTo(Pair other) {
        return left != other.left
            ? Integer.compare(left, other.left)
            : Integer.compare(right, other.right);
      }
    }
  }
}
