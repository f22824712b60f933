package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.tensor.ThreadPool;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a beam search takes of a pool, it keeps to its end: that must not grow with each fork. */
final class BeamMemoryTest {
  private static final int BEAMS = 4;

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_1", "bart"})
  void aLongSearchKeepsNoMoreThanAHypothesisEach(String name) {
    ExitModel model = ExitModel.open(name);
    SearchStrategy beams =
        new SearchStrategy.Beam(BEAMS, 1, 1, EarlyStopping.WHEN_UNLIKELY, List.of(), null);
    for (int tokens : new int[] {30, 60}) {
      assertThat(taken(model, beams, tokens))
          .isLessThan(BEAMS * taken(model, new SearchStrategy.Greedy(), tokens));
    }
  }

  /** Values of all arrays that a search takes for its keys and values. */
  private static long taken(ExitModel model, SearchStrategy strategy, int tokens) {
    long[] values = {0};
    IntFunction<float[]> arrays =
        size -> {
          values[0] += size;
          return new float[size];
        };
    try (ThreadPool pool = ThreadPool.of(1)) {
      ContinuousBatch batch = new ContinuousBatch(model.decoder(), float[]::new, pool);
      ContinuousBatch.Member member =
          batch.join(
              new SearchRequest(
                  model.encode(0, pool),
                  List.of(model.start()),
                  new StoppingCriteria(Set.of(), tokens),
                  model.full(),
                  List.of(),
                  strategy,
                  StepListener.none()),
              arrays);
      while (!batch.isEmpty()) {
        batch.step();
      }
      assertThat(member.outcome().orThrow().sequences().getFirst().steps()).hasSize(tokens);
    }
    return values[0];
  }
}
