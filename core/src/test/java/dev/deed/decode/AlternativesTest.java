package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.RepetitionPenalty;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.decode.logits.Temperature;
import dev.deed.decode.logits.TopK;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.TwoStageHead;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.Alternative;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The most probable tokens beside the emitted one, for every head and every strategy. */
final class AlternativesTest {
  static final List<String> MODELS = OracleTest.MODELS;

  private static final int COUNT = 5;
  private static final int TOKENS = 6;
  private static final List<LogitsProcessor> NONE = List.of();

  @ParameterizedTest
  @FieldSource("MODELS")
  void answersStayTheSameAndTokensFindThemselves(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(2)) {
      for (Decoder decoder :
          List.of(model.decoder(), model.decoder().screened(TwoStageHead.Use.EVERY_STEP))) {
        List<SearchRequest> requests = requests(model, pool);
        List<SearchResult> plain = new BatchSearch(decoder, pool).run(requests);
        List<SearchResult> asked = new BatchSearch(decoder, pool).run(asking(requests, COUNT));
        for (int i = 0; i < requests.size(); i++) {
          assertThat(without(asked.get(i))).isEqualTo(plain.get(i));
        }
        for (int i = 0; i < requests.size(); i += 7) {
          assertThat(new BatchSearch(decoder, pool).run(asking(requests.subList(i, i + 1), COUNT)))
              .containsExactly(asked.get(i));
        }
        asked.forEach(AlternativesTest::checkRanks);
      }
    }
  }

  /** All that the head knows, told with every token, is a distribution. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void allTogetherAreCertain(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(2)) {
      int vocabulary = model.decoder().vocabulary();
      List<SearchRequest> requests = asking(requests(model, pool).subList(0, 18), vocabulary);
      for (SearchResult result : new BatchSearch(model.decoder(), pool).run(requests)) {
        for (StepResult step : result.sequences().getFirst().steps()) {
          assertThat(step.alternatives()).hasSize(vocabulary);
          assertThat(step.alternatives().stream().mapToDouble(Alternative::probability).sum())
              .isBetween(1 - 1e-5, 1 + 1e-5);
          assertThat(step.alternatives().stream().map(Alternative::id)).doesNotHaveDuplicates();
        }
      }
    }
  }

  /** A screened head tells the same tokens in the same order, banned ones apart. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void aScreenedHeadRanksAsTheWholeOne(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(2)) {
      SearchRequest request =
          request(model, model.encode(0, pool), model.full(), NONE, new SearchStrategy.Greedy());
      List<SearchRequest> asking = asking(List.of(request), COUNT);
      List<StepResult> whole = steps(new BatchSearch(model.decoder(), pool).run(asking));
      List<StepResult> near =
          steps(
              new BatchSearch(model.decoder().screened(TwoStageHead.Use.EVERY_STEP), pool)
                  .run(asking));
      assertThat(near.stream().map(AlternativesTest::tokens).toList())
          .isEqualTo(whole.stream().map(AlternativesTest::tokens).toList());
    }
  }

  private static List<StepResult> steps(List<SearchResult> results) {
    return results.getFirst().sequences().getFirst().steps();
  }

  private static List<Integer> tokens(StepResult step) {
    return step.alternatives().stream().map(Alternative::id).toList();
  }

  private static void checkRanks(SearchResult result) {
    for (FoundSequence sequence : result.sequences()) {
      for (StepResult step : sequence.steps()) {
        assertThat(step.alternatives())
            .hasSize(COUNT)
            .isSortedAccordingTo(
                Comparator.comparingDouble(Alternative::logProbability)
                    .reversed()
                    .thenComparingInt(Alternative::id));
        double least = step.alternatives().getLast().logProbability();
        List<Alternative> own =
            step.alternatives().stream().filter(one -> one.id() == step.token()).toList();
        assertThat(own).hasSizeBetween(step.logProbability() > least ? 1 : 0, 1);
        own.forEach(
            one -> {
              assertThat(one.logProbability()).isEqualTo(step.logProbability());
              assertThat(one.probability()).isEqualTo(StrictMath.exp(step.logProbability()));
            });
      }
    }
  }

  private static SearchResult without(SearchResult result) {
    return new SearchResult(
        result.sequences().stream()
            .map(
                sequence ->
                    new FoundSequence(
                        sequence.steps().stream().map(AlternativesTest::without).toList(),
                        sequence.finish(),
                        sequence.score()))
            .toList(),
        result.effort(),
        result.drafts());
  }

  private static StepResult without(StepResult step) {
    return new StepResult(
        step.token(),
        step.logProbability(),
        step.exit(),
        step.effort(),
        List.of(),
        step.dropped(),
        step.forced());
  }

  private static List<SearchRequest> asking(List<SearchRequest> requests, int count) {
    return requests.stream()
        .map(
            request ->
                new SearchRequest(
                    request.encoded(),
                    request.prefix(),
                    request.stopping(),
                    request.rule(),
                    request.processors(),
                    request.strategy(),
                    request.listener().withAlternatives(count)))
        .toList();
  }

  /** Strategies, exits and processors, all in one batch. */
  private static List<SearchRequest> requests(ExitModel model, ThreadPool pool) {
    List<LogitsProcessor> warpers = List.of(new Temperature(1.5), new TopK(20));
    List<Integer> half = IntStream.range(0, model.decoder().vocabulary() / 2).boxed().toList();
    List<SearchRequest> requests = new ArrayList<>();
    for (int input = 0; input < 2; input++) {
      EncoderOutput encoded = model.encode(input, pool);
      for (ExitRule rule :
          List.of(
              model.full(),
              model.threshold(Confidence.MAX_PROB, 0.1),
              model.threshold(Confidence.SIMILARITY, 0.9))) {
        for (List<LogitsProcessor> processors :
            List.<List<LogitsProcessor>>of(
                NONE,
                List.of(new SuppressedTokens(half, null)),
                List.of(new RepetitionPenalty(1.5)))) {
          for (SearchStrategy strategy :
              List.of(
                  new SearchStrategy.Greedy(),
                  new SearchStrategy.Sampling(2, 3, warpers),
                  new SearchStrategy.Beam(
                      3, 2, 1, SearchStrategy.EarlyStopping.WHEN_FULL, NONE, null))) {
            requests.add(request(model, encoded, rule, processors, strategy));
          }
        }
      }
    }
    return requests;
  }

  private static SearchRequest request(
      ExitModel model,
      EncoderOutput encoded,
      ExitRule rule,
      List<LogitsProcessor> processors,
      SearchStrategy strategy) {
    return new SearchRequest(
        encoded,
        List.of(model.start()),
        new StoppingCriteria(Set.of(2), TOKENS),
        rule,
        processors,
        strategy,
        StepListener.none());
  }
}
