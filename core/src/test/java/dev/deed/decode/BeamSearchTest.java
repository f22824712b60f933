package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.ForcedTokens;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.MinimumLength;
import dev.deed.decode.logits.NoRepeatNGram;
import dev.deed.decode.logits.Normalisation;
import dev.deed.decode.logits.RepetitionPenalty;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.Finish;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beam search on tiny random models against definitions that keep no cache. */
final class BeamSearchTest {
  private static SearchStrategy.Beam beam(
      int beams, double lengthPenalty, EarlyStopping earlyStopping, LogitsProcessor... warpers) {
    return new SearchStrategy.Beam(
        beams, beams, lengthPenalty, earlyStopping, List.of(warpers), null);
  }

  private static List<Integer> tokens(FoundSequence found) {
    return found.steps().stream().map(StepResult::token).toList();
  }

  private static List<Integer> layers(FoundSequence found) {
    return found.steps().stream().map(step -> step.exit().layer()).toList();
  }

  /** Random settings, exits, end tokens and processors; all searches of a family as one batch. */
  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_1", "bart", "vision"})
  void randomSettings(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(2)) {
      Random random = new Random(family.hashCode());
      List<SearchRequest> requests = new ArrayList<>();
      requests.add(whereFewGoOn(golden, pool));
      for (int i = 0; i < 16; i++) {
        requests.add(randomRequest(golden, random, pool));
      }
      List<SearchResult> results = new BatchSearch(golden.decoder(), pool).run(requests);
      for (int i = 0; i < requests.size(); i++) {
        List<NaiveBeamSearch.Row> expected =
            new NaiveBeamSearch(golden.decoder(), requests.get(i), pool).run();
        List<FoundSequence> found = results.get(i).sequences();
        String name = "search %d: %s".formatted(i, requests.get(i));
        assertThat(found).as(name).hasSameSizeAs(expected);
        for (int s = 0; s < found.size(); s++) {
          assertThat(tokens(found.get(s))).as(name).isEqualTo(expected.get(s).tokens());
          assertThat(layers(found.get(s))).as(name).isEqualTo(expected.get(s).layers());
          assertThat((float) found.get(s).score()).as(name).isEqualTo(expected.get(s).score());
        }
      }
    }
  }

  private static SearchRequest randomRequest(ExitGolden golden, Random random, ThreadPool pool) {
    int most = 3 + random.nextInt(7);
    int vocabulary = golden.decoder().vocabulary();
    Set<Integer> ends = new HashSet<>();
    EncoderOutput encoded = golden.encode(random.nextInt(3), pool);
    if (random.nextBoolean()) {
      // The best first tokens, so that few of the best candidates go on.
      ends.addAll(firstTokens(golden, encoded, 4 + random.nextInt(12), pool));
    } else {
      int count = random.nextBoolean() ? random.nextInt(3) : 40;
      for (int i = 0; i < count; i++) {
        ends.add(random.nextInt(vocabulary));
      }
    }
    List<LogitsProcessor> processors = new ArrayList<>();
    if (random.nextBoolean()) {
      processors.add(new RepetitionPenalty(1 + random.nextDouble()));
    }
    if (random.nextBoolean()) {
      processors.add(new NoRepeatNGram(1 + random.nextInt(2)));
    }
    if (random.nextInt(3) == 0) {
      processors.add(new MinimumLength(1 + random.nextInt(most), List.copyOf(ends)));
    }
    if (random.nextInt(3) == 0) {
      processors.add(new ForcedTokens(most, List.of(7)));
    }
    if (random.nextInt(3) == 0) {
      processors.add(new SuppressedTokens(List.of(3, 4, 11, 491), 1));
    }
    LogitsProcessor[] warpers =
        random.nextInt(4) == 0
            ? new LogitsProcessor[] {new Normalisation()}
            : new LogitsProcessor[0];
    return new SearchRequest(
        encoded,
        List.of(golden.folder().description().tokens().decoderStart()),
        new StoppingCriteria(ends, most),
        randomRule(golden, random),
        processors,
        beam(
            1 + random.nextInt(5),
            List.of(-0.5, 0.0, 0.6, 1.0, 2.0).get(random.nextInt(5)),
            List.of(EarlyStopping.values()).get(random.nextInt(3)),
            warpers),
        StepListener.none());
  }

  /** More of the best candidates end than there are beams, and longer ones may still win. */
  private static SearchRequest whereFewGoOn(ExitGolden golden, ThreadPool pool) {
    EncoderOutput encoded = golden.encode(1, pool);
    return new SearchRequest(
        encoded,
        List.of(golden.folder().description().tokens().decoderStart()),
        new StoppingCriteria(Set.copyOf(firstTokens(golden, encoded, 7, pool)), 8),
        ExitRule.full(golden.decoder().layerCount()),
        List.of(),
        beam(3, 2, EarlyStopping.WHEN_HOPELESS),
        StepListener.none());
  }

  /** The most probable first tokens at full depth. */
  private static List<Integer> firstTokens(
      ExitGolden golden, EncoderOutput encoded, int count, ThreadPool pool) {
    DecoderState state = new DecoderState(golden.decoder(), encoded, 1000, float[]::new);
    state.append(golden.folder().description().tokens().decoderStart());
    PlainStep step =
        WholeSteps.of(
            state,
            ExitRule.full(golden.decoder().layerCount()),
            new Scoring(new TokenSequence(List.of()), List.of(), true),
            new BeamSearch.BeamCandidates(count, List.of(), null));
    return new WholeSteps(golden.decoder(), pool)
        .run(step).next().candidates().stream().map(TokenChooser.Candidate::token).toList();
  }

  private static ExitRule randomRule(ExitGolden golden, Random random) {
    int kind = random.nextInt(4);
    double share = kind == 0 ? 0 : random.nextDouble();
    int least = 1 + random.nextInt(2);
    return switch (kind) {
      case 0 -> ExitRule.full(golden.decoder().layerCount());
      case 1 -> golden.threshold(Confidence.MAX_PROB, 0.4 * share, least);
      case 2 -> golden.threshold(Confidence.MARGIN, 0.3 * share, least);
      default -> golden.threshold(Confidence.SIMILARITY, 0.9 + 0.1 * share, least);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_0", "bart", "mbart", "vision"})
  void oneBeamIsGreedyDecoding(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(1)) {
      ExitRule rule = golden.threshold(Confidence.MAX_PROB, 0.3, 1);
      List<SearchRequest> requests = new ArrayList<>();
      for (int input = 0; input < 3; input++) {
        requests.add(golden.request(input, rule, pool));
        requests.add(golden.request(input, rule, beam(1, 1, EarlyStopping.WHEN_FULL), pool));
      }
      List<SearchResult> results = new BatchSearch(golden.decoder(), pool).run(requests);
      for (int i = 0; i < results.size(); i += 2) {
        SearchResult greedy = results.get(i);
        SearchResult one = results.get(i + 1);
        assertThat(one.sequences().getFirst().steps())
            .isEqualTo(greedy.sequences().getFirst().steps());
        assertThat(one.effort()).isEqualTo(greedy.effort());
      }
    }
  }

  @Test
  void whenNoTokenIsPossibleTheSearchEndsWithWhatThereIs() {
    try (ExitGolden golden = ExitGolden.open("bart");
        ThreadPool pool = ThreadPool.of(1)) {
      LogitsProcessor nothing = new ForcedTokens(3, List.of());
      for (SearchStrategy strategy :
          List.of(
              new SearchStrategy.Greedy(),
              new SearchStrategy.Sampling(2, 1, List.of()),
              beam(3, 1, EarlyStopping.WHEN_FULL))) {
        SearchRequest request =
            new SearchRequest(
                golden.encode(0, pool),
                List.of(2),
                new StoppingCriteria(Set.of(), 9),
                ExitRule.full(golden.decoder().layerCount()),
                List.of(nothing),
                strategy,
                StepListener.none());
        FoundSequence found =
            new BatchSearch(golden.decoder(), pool)
                .run(List.of(request))
                .getFirst()
                .sequences()
                .getFirst();
        assertThat(found.steps()).hasSize(2);
        assertThat(found.finish()).isEqualTo(Finish.LENGTH);
      }
    }
  }

  @Test
  void aListenerHearsTheBestSequenceInTheEnd() {
    try (ExitGolden golden = ExitGolden.open("bart");
        ThreadPool pool = ThreadPool.of(1)) {
      List<Integer> heard = new ArrayList<>();
      SearchRequest request =
          new SearchRequest(
              golden.encode(0, pool),
              List.of(2),
              new StoppingCriteria(Set.of(2), 6),
              ExitRule.full(golden.decoder().layerCount()),
              List.of(),
              beam(3, 1, EarlyStopping.WHEN_UNLIKELY),
              (index, step) -> {
                assertThat(index).isEqualTo(heard.size());
                return heard.add(step.token());
              });
      SearchResult result =
          new BatchSearch(golden.decoder(), pool).run(List.of(request)).getFirst();
      assertThat(heard).isEqualTo(tokens(result.sequences().getFirst()));
    }
  }
}
