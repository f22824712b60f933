package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing of what earlier generations left in memory gets into an answer. */
final class LeftoversTest {
  private static final int TOKENS = 20;

  /** Longer than whatever these models ask for. */
  private static final int LARGEST = 200_000;

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_1", "bart", "vision", "ofa", "tableformer"})
  void answersAreTheSameInMemoryFullOfNaN(String name) {
    ExitModel model = ExitModel.open(name);
    List<List<StepResult>> first = answers(model);
    poison(model.decoder().arrays());
    assertThat(answers(model)).isEqualTo(first);
  }

  /** From now on every array that the pool gives is full of NaN, for some generations. */
  private static void poison(ArrayPool pool) {
    try (ArrayPool.Lease lease = pool.lease()) {
      for (int size = 256; size < LARGEST; size += size / 16) {
        for (int i = 0; i < 64 && size < 20_000 || i < 4; i++) {
          Arrays.fill(lease.apply(size), Float.NaN);
        }
      }
    }
  }

  /** Greedy, sampled and beams, at full depth and with exits, in one batch. */
  private static List<List<StepResult>> answers(ExitModel model) {
    List<LogitsProcessor> none = List.of();
    try (ThreadPool pool = ThreadPool.of(2)) {
      List<SearchRequest> requests =
          IntStream.range(0, model.inputs().size())
              .boxed()
              .flatMap(
                  input ->
                      List.of(
                              new SearchStrategy.Greedy(),
                              new SearchStrategy.Sampling(2, 7, none),
                              new SearchStrategy.Beam(
                                  3, 3, 1, SearchStrategy.EarlyStopping.WHEN_UNLIKELY, none, null))
                          .stream()
                          .map(strategy -> request(model, input, strategy, pool)))
              .toList();
      return new BatchSearch(model.decoder(), pool)
          .run(requests).stream()
              .flatMap(result -> result.sequences().stream())
              .map(FoundSequence::steps)
              .toList();
    }
  }

  private static SearchRequest request(
      ExitModel model, int input, SearchStrategy strategy, ThreadPool pool) {
    ExitRule rule = input % 2 == 0 ? model.full() : model.threshold(Confidence.MAX_PROB, 0.1);
    return new SearchRequest(
        model.encode(input, pool),
        List.of(model.start()),
        new StoppingCriteria(Set.of(), TOKENS),
        rule,
        List.of(),
        strategy,
        StepListener.none());
  }
}
