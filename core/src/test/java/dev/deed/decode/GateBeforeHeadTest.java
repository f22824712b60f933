package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.ExitHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A gate that decides where the head is worth asking. */
final class GateBeforeHeadTest {
  /** The family whose known answers have a gate. */
  private static final ExitModel MODEL = ExitModel.open("t5-v1_1");

  private static final int LAYERS = MODEL.decoder().layerCount();
  private static final int TOKENS = 9;
  private static final double NEVER = 2;

  private static List<StepResult> run(int input, ExitRule rule) {
    try (ThreadPool pool = ThreadPool.of(1)) {
      SearchRequest request =
          new SearchRequest(
              MODEL.encode(input, pool),
              List.of(MODEL.start()),
              new StoppingCriteria(Set.of(), TOKENS),
              rule,
              List.of(),
              new SearchStrategy.Greedy(),
              StepListener.none());
      return new BatchSearch(MODEL.decoder(), pool)
          .run(List.of(request))
          .getFirst()
          .sequences()
          .getFirst()
          .steps();
    }
  }

  /** Levels in the midst of what the exits say. */
  private static List<Double> levels(ExitRule asking) {
    List<Double> said = new ArrayList<>();
    for (int input = 0; input < MODEL.inputs().size(); input++) {
      run(input, asking).forEach(step -> said.addAll(step.exit().consulted()));
    }
    said.sort(null);
    return List.of(said.get(said.size() / 4), said.get(said.size() / 2));
  }

  /**
   * As long as tokens are those of full depth, both measures at each exit are known from runs that
   * never stop: features do not depend on exits.
   */
  @Test
  void asksTheHeadWhereTheGateAllowsIt() {
    int compared = 0;
    for (double gate : levels(MODEL.threshold(Confidence.GATE, NEVER))) {
      for (double threshold : levels(MODEL.threshold(Confidence.MAX_PROB, NEVER))) {
        for (int input = 0; input < MODEL.inputs().size(); input++) {
          compared += compare(input, threshold, gate);
        }
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  private static int compare(int input, double threshold, double gate) {
    List<StepResult> gates = run(input, MODEL.threshold(Confidence.GATE, NEVER));
    List<StepResult> confidences = run(input, MODEL.threshold(Confidence.MAX_PROB, NEVER));
    List<StepResult> found = run(input, gated(Confidence.MAX_PROB, threshold, gate));
    for (int i = 0; i < found.size(); i++) {
      List<Double> asked = new ArrayList<>();
      int exit = LAYERS;
      for (int layer = 1; layer < LAYERS && exit == LAYERS; layer++) {
        if (gates.get(i).exit().consulted().get(layer - 1) >= gate) {
          asked.add(confidences.get(i).exit().consulted().get(layer - 1));
          exit = asked.getLast() >= threshold ? layer : LAYERS;
        }
      }
      StepResult step = found.get(i);
      assertThat(step.exit().layer()).isEqualTo(exit);
      assertThat(step.exit().consulted()).isEqualTo(asked);
      assertThat(step.effort().headLookups()).isEqualTo(asked.size() + (exit == LAYERS ? 1 : 0));
      if (step.token() != gates.get(i).token()) {
        return i + 1;
      }
    }
    return found.size();
  }

  private static ExitRule gated(Confidence confidence, double threshold, double gate) {
    return new ExitRule(
        confidence,
        new ExitCriterion.Threshold(threshold, 0),
        gate,
        MODEL.exits(),
        ExitHistory.JIT);
  }

  @Test
  void belongsToMeasuresThatAskTheHead() {
    for (double gate : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> gated(Confidence.MAX_PROB, 0.9, gate))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> gated(Confidence.GATE, 0.9, 0.5))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
