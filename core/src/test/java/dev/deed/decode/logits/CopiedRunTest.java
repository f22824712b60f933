package dev.deed.decode.logits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Answers that are runs of words, against all runs written out. */
final class CopiedRunTest {
  private static final int END = 9;
  private static final int VOCABULARY = 70;

  /** All answers that a source of words allows, the end behind each. */
  private static Set<List<Integer>> all(List<List<Integer>> words) {
    Set<List<Integer>> all = new HashSet<>(Set.of(List.of(END)));
    for (int from = 0; from < words.size(); from++) {
      List<Integer> run = new ArrayList<>();
      for (List<Integer> word : words.subList(from, words.size())) {
        run.addAll(word);
        List<Integer> ended = new ArrayList<>(run);
        ended.add(END);
        all.add(ended);
      }
    }
    return all;
  }

  private static CopiedRun of(List<List<Integer>> words) {
    int[] begins = new int[words.size()];
    IntStream.Builder tokens = IntStream.builder();
    int count = 0;
    for (int i = 0; i < begins.length; i++) {
      begins[i] = count;
      words.get(i).forEach(tokens::add);
      count += words.get(i).size();
    }
    return CopiedRun.of(tokens.build().toArray(), begins, new int[] {END});
  }

  /** Few tokens and short words, so that runs occur several times and words begin like others. */
  private static List<List<Integer>> words(Random random) {
    List<List<Integer>> words = new ArrayList<>();
    for (int left = random.nextInt(7); left > 0; left--) {
      words.add(random.ints(1 + random.nextInt(3), 0, 3).boxed().toList());
    }
    return words;
  }

  private static void collect(
      AnswerState state, List<Integer> answer, int longest, Set<List<Integer>> found) {
    int allowed = 0;
    int last = -1;
    for (int token = 0; token < VOCABULARY; token++) {
      if (state.allows(token)) {
        allowed++;
        last = token;
        List<Integer> longer = new ArrayList<>(answer);
        longer.add(token);
        if (token == END) {
          found.add(longer);
          assertThat(state.after(token).allows(END)).isFalse();
        } else {
          assertThat(longer).hasSizeLessThanOrEqualTo(longest);
          collect(state.after(token), longer, longest, found);
        }
      }
    }
    assertThat(state.forced()).isEqualTo(allowed == 1 ? last : AnswerState.NOT_FORCED);
    assertThat(allowed).isPositive();
  }

  @Test
  void allowsTheRunsOfWholeWordsAndNothingElse() {
    Random random = new Random(1);
    for (int draw = 0; draw < 500; draw++) {
      List<List<Integer>> words = words(random);
      Set<List<Integer>> found = new HashSet<>();
      collect(of(words), List.of(), 3 * words.size(), found);
      assertThat(found).as(words.toString()).isEqualTo(all(words));
    }
  }

  @Test
  void allowsTheRunsOfAListAndNothingElse() {
    Random random = new Random(3);
    for (int draw = 0; draw < 500; draw++) {
      int[] tokens = random.ints(1 + random.nextInt(12), 0, 3).toArray();
      int[] begins = random.ints(random.nextInt(6), 0, tokens.length).toArray();
      int[] stops =
          Arrays.stream(begins)
              .map(begin -> random.nextInt(begin + 1, tokens.length + 1))
              .toArray();
      Set<List<Integer>> all = new HashSet<>(Set.of(List.of(END)));
      for (int i = 0; i < begins.length; i++) {
        int[] run = Arrays.copyOfRange(tokens, begins[i], stops[i] + 1);
        run[run.length - 1] = END;
        all.add(Arrays.stream(run).boxed().toList());
      }
      Set<List<Integer>> found = new HashSet<>();
      collect(
          CopiedRun.of(tokens, begins, stops, new int[] {END}), List.of(), tokens.length, found);
      assertThat(found).as(Arrays.toString(tokens)).isEqualTo(all);
    }
  }

  @Test
  void restrictsScoresToWhatItAllows() {
    Random random = new Random(2);
    for (int draw = 0; draw < 200; draw++) {
      AnswerState state = of(words(random));
      for (int step = 0; step < 4; step++) {
        float[] logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
          logits[i] = random.nextFloat();
        }
        Scores scores = new Scores(VOCABULARY);
        scores.begin(logits, 0, false);
        state.restrict(scores);
        int token = random.nextInt(3);
        boolean any = IntStream.range(0, VOCABULARY).anyMatch(state::allows);
        for (int i = 0; i < VOCABULARY && any; i++) {
          assertThat(scores.get(i) > Float.NEGATIVE_INFINITY).isEqualTo(state.allows(i));
        }
        state = state.after(token);
      }
    }
  }

  @Test
  void aLargePageOfOneWordTakesNoTime() {
    List<List<Integer>> words = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      words.add(List.of(1, 2));
    }
    AnswerState state = of(words);
    for (int i = 0; i < 256; i++) {
      state = state.after(1 + i % 2);
    }
    assertThat(state.allows(END)).isTrue();
    assertThat(state.allows(1)).isTrue();
    assertThat(state.forced()).isEqualTo(AnswerState.NOT_FORCED);
  }
}
