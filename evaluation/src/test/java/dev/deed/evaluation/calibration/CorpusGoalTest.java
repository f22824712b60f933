package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.evaluation.Metric;
import dev.deed.value.InputException;
import org.junit.jupiter.api.Test;

final class CorpusGoalTest {
  private static final CorpusGoal GOAL =
      new CorpusGoal(Metric.named("bleu_tokens"), Promise.Against.REFERENCES, 0.5, 0.9);

  @Test
  void theCheapestThatKeptItInTheSearchComeFirst() {
    double[] losses = {0, 0.6, 0.5, -1, 0.2};
    double[] costs = {9, 1, 5, 7, 3};
    assertThat(GOAL.sequence(losses, costs)).containsExactly(4, 2, 3, 0);
  }

  @Test
  void eachIsJudgedByItself() {
    assertThat(GOAL.accepted(new double[] {0.05, 0.2, 0.09, 0}))
        .containsExactly(true, false, true, true);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    Metric metric = Metric.named("cer");
    assertThatThrownBy(() -> new CorpusGoal(metric, Promise.Against.FULL, -1, 0.9))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new CorpusGoal(metric, Promise.Against.FULL, 1, 1))
        .isInstanceOf(InputException.class);
  }
}
