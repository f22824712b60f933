package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.Temperature;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.decode.logits.TopK;
import dev.deed.decode.logits.TopP;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Draws: their distribution, and that the seed alone decides about them. */
final class SamplingTest {
  private static final List<LogitsProcessor> WARPERS =
      List.of(new Temperature(1.5), new TopK(60), new TopP(0.95, 1));

  private static ExitRule rule(ExitGolden golden) {
    return golden.threshold(Confidence.MAX_PROB, 0.3, 1);
  }

  /** Greedy, sampling, beams and drawn beams, each alone and all together. */
  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_0", "bart", "vision"})
  void batchesAndThreadsChangeNothing(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool one = ThreadPool.of(1);
        ThreadPool three = ThreadPool.of(3)) {
      List<SearchStrategy> strategies =
          List.of(
              new SearchStrategy.Sampling(1, 7, WARPERS),
              new SearchStrategy.Greedy(),
              new SearchStrategy.Sampling(4, 7, WARPERS),
              new SearchStrategy.Beam(3, 3, 1, EarlyStopping.WHEN_UNLIKELY, List.of(), null),
              new SearchStrategy.Beam(3, 2, 0.6, EarlyStopping.WHEN_FULL, WARPERS, 7L));
      List<SearchRequest> requests = new ArrayList<>();
      for (int input = 0; input < 3; input++) {
        for (SearchStrategy strategy : strategies) {
          requests.add(golden.request(input, rule(golden), strategy, one));
        }
      }
      List<SearchResult> together = new BatchSearch(golden.decoder(), three).run(requests);
      for (int i = 0; i < requests.size(); i++) {
        assertThat(new BatchSearch(golden.decoder(), one).run(List.of(requests.get(i))))
            .containsExactly(together.get(i));
      }
      List<FoundSequence> four = together.get(2).sequences();
      assertThat(four).hasSize(4);
      assertThat(new HashSet<>(four)).as("streams of their own").hasSizeGreaterThan(1);
      assertThat(four)
          .as("the first stream is that of one sequence")
          .contains(together.get(0).sequences().getFirst());
      assertThat(four).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    }
  }

  @Test
  void anotherSeedGivesOtherDraws() {
    try (ExitGolden golden = ExitGolden.open("bart");
        ThreadPool pool = ThreadPool.of(1)) {
      List<SearchRequest> requests = new ArrayList<>();
      for (long seed = 0; seed < 8; seed++) {
        requests.add(
            golden.request(0, rule(golden), new SearchStrategy.Sampling(1, seed, WARPERS), pool));
      }
      Set<SearchResult> results =
          new HashSet<>(new BatchSearch(golden.decoder(), pool).run(requests));
      assertThat(results).hasSizeGreaterThan(4);
    }
  }

  /** Near temperature 0 the noise of a draw cannot change which candidates are best. */
  @Test
  void drawnBeamsAreBeamsWhereNothingIsLeftToChance() {
    try (ExitGolden golden = ExitGolden.open("t5-v1_1");
        ThreadPool pool = ThreadPool.of(1)) {
      List<LogitsProcessor> cold = List.of(new Temperature(1e-6));
      List<SearchRequest> requests = new ArrayList<>();
      for (Long seed : new Long[] {null, 1L}) {
        requests.add(
            golden.request(
                1,
                rule(golden),
                new SearchStrategy.Beam(3, 3, 1, EarlyStopping.WHEN_FULL, cold, seed),
                pool));
      }
      List<SearchResult> results = new BatchSearch(golden.decoder(), pool).run(requests);
      assertThat(results.get(1)).isEqualTo(results.get(0));
    }
  }

  @Test
  void drawsFollowTheirProbabilities() {
    float[] logits = {0, Float.NEGATIVE_INFINITY, 1, 2, -1};
    double whole = 1 + Math.exp(1) + Math.exp(2) + Math.exp(-1);
    int draws = 40_000;
    int[] chosen = new int[5];
    int[] firstOfTwo = new int[5];
    Scores scores = new Scores(5);
    SplittableRandom random = new SplittableRandom(11);
    TokenSequence none = new TokenSequence(List.of());
    for (int i = 0; i < draws; i++) {
      scores.begin(logits, 0, false);
      chosen[new Draw(random, List.of()).choose(none, scores).getFirst().token()]++;
      scores.begin(logits, 0, true);
      List<TokenChooser.Candidate> two =
          new BeamSearch.BeamCandidates(2, List.of(), random).choose(none, scores);
      assertThat(two.get(0).token()).isNotEqualTo(two.get(1).token());
      firstOfTwo[two.getFirst().token()]++;
    }
    for (int token = 0; token < 5; token++) {
      double share = Math.exp(logits[token]) / whole;
      // Five standard deviations.
      Offset<Double> offset = Offset.offset(5 * Math.sqrt(share * (1 - share) / draws) + 1e-12);
      assertThat((double) chosen[token] / draws).isCloseTo(share, offset);
      assertThat((double) firstOfTwo[token] / draws).isCloseTo(share, offset);
    }
  }
}
