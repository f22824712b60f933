package dev.deed.decode.logits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tokens 0 to 3 are words, 4 ends, 5 is special, 6 says that there are no timestamps: 7 to 11. */
final class TimestampRulesTest {
  private static final int SIZE = 12;
  private static final List<Integer> WORDS = List.of(0, 1, 2, 3);

  private final TimestampRules rules = new TimestampRules(6, 4, 2);

  /** Which tokens may follow where words are the likeliest. */
  private List<Integer> allowed(Integer... emitted) {
    return allowed(rules, 5, emitted);
  }

  private static List<Integer> allowed(TimestampRules rules, float ofWords, Integer... emitted) {
    float[] logits = new float[SIZE];
    WORDS.forEach(word -> logits[word] = ofWords);
    Scores scores = new Scores(SIZE);
    scores.begin(logits, 0, false);
    TokenSequence tokens = new TokenSequence(List.of(5, 3));
    List.of(emitted).forEach(tokens::append);
    rules.process(tokens, scores);
    return IntStream.range(0, SIZE)
        .filter(token -> scores.get(token) > Float.NEGATIVE_INFINITY)
        .boxed()
        .toList();
  }

  private static List<Integer> all(List<Integer> first, Integer... more) {
    List<Integer> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void theFirstIsATimestamp() {
    assertThat(allowed()).containsExactly(7, 8, 9);
    assertThat(allowed(new TimestampRules(6, 4, null), 5)).containsExactly(7, 8, 9, 10, 11);
    assertThat(allowed(new TimestampRules(6, 4, Integer.MAX_VALUE), 5)).hasSize(5);
  }

  @Test
  void textFollowsTheBeginningOfAPiece() {
    assertThat(allowed(8)).containsExactlyElementsOf(all(WORDS, 4, 5));
    assertThat(allowed(7, 1, 9, 9)).containsExactlyElementsOf(all(WORDS, 4, 5));
  }

  @Test
  void timestampsGoForward() {
    assertThat(allowed(8, 1)).containsExactlyElementsOf(all(WORDS, 4, 5, 9, 10, 11));
    assertThat(allowed(7, 1, 9, 9, 2)).containsExactlyElementsOf(all(WORDS, 4, 5, 10, 11));
  }

  /** The same once more, a later one, or the end; the sum of three outdoes the end. */
  @Test
  void theEndOfAPieceIsFollowedByTheNextOrTheEnd() {
    assertThat(allowed(7, 1, 9)).containsExactly(9, 10, 11);
    assertThat(allowed(7, 1, 11)).containsExactly(4, 5, 11);
  }

  @Test
  void togetherTheyOutdoAnyWord() {
    // Three of e⁰ are more than e¹, and less than e².
    assertThat(allowed(rules, 1, 8, 1)).containsExactly(9, 10, 11);
    assertThat(allowed(rules, 2, 8, 1)).containsExactlyElementsOf(all(WORDS, 4, 5, 9, 10, 11));
  }
}
