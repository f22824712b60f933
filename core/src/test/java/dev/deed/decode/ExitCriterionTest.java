package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.tensor.ThreadPool;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A criterion of another package decides about exits as a threshold does. */
final class ExitCriterionTest {
  private static final int TOKENS = 7;
  private static final ExitModel MODEL = ExitModel.open("bart");
  private static final int LAST = MODEL.decoder().layerCount();

  /**
   * Every third token goes to the end, the others stop from layer 2 on, whatever their confidence.
   *
   * @param asked lowest layer of a third token that is asked
   */
  private record EveryThird(int asked) implements ExitCriterion {
    @Override
    public boolean suffices(int layer, int position, double confidence) {
      return position % 3 < 2 && layer >= 2;
    }

    @Override
    public boolean asks(int layer, int position) {
      return position % 3 < 2 || layer >= asked;
    }
  }

  private static SearchResult run(Confidence confidence, ExitCriterion criterion) {
    try (ThreadPool pool = ThreadPool.of(1)) {
      SearchRequest request =
          new SearchRequest(
              MODEL.encode(0, pool),
              List.of(MODEL.start()),
              new StoppingCriteria(Set.of(), TOKENS),
              ExitRule.of(confidence, criterion, List.of(2, 3, LAST)),
              List.of(),
              new SearchStrategy.Greedy(),
              StepListener.none());
      return new BatchSearch(MODEL.decoder(), pool).run(List.of(request)).getFirst();
    }
  }

  @Test
  void stepsStopWhereItSuffices() {
    for (Confidence confidence : List.of(Confidence.MAX_PROB, Confidence.SIMILARITY)) {
      SearchResult result = run(confidence, new EveryThird(1));
      List<StepResult> steps = result.sequences().getFirst().steps();
      assertThat(steps.stream().map(step -> step.exit().layer()).toList())
          .containsExactly(2, 2, LAST, 2, 2, LAST, 2);
      // A token that goes to the end has been asked at both exits below.
      assertThat(steps.get(2).exit().consulted()).hasSize(2);
      int perDeepStep = confidence.needsLogits() ? 3 : 1;
      assertThat(result.effort().headLookups()).isEqualTo(5 + 2 * perDeepStep);
    }
  }

  @Test
  void exitsThatItDoesNotAskArePassedBy() {
    for (int asked = 2; asked <= 4; asked++) {
      SearchResult result = run(Confidence.MAX_PROB, new EveryThird(asked));
      StepResult deep = result.sequences().getFirst().steps().get(2);
      assertThat(deep.exit().layer()).isEqualTo(LAST);
      assertThat(deep.exit().consulted()).hasSize(4 - asked);
      assertThat(deep.effort().headLookups()).isEqualTo(5 - asked);
    }
  }

  @Test
  void aThresholdIsANumber() {
    assertThatThrownBy(() -> new ExitCriterion.Threshold(Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
    for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new ExitCriterion.Threshold(0.5, wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
