package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.InputException;
import dev.deed.tensor.WorkerTeam;
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

  private static List<StepResult> run(int input, ExitPolicy policy) {
    try (WorkerTeam team = WorkerTeam.of(1)) {
      SearchRequest request =
          SearchRequest.greedy(
              MODEL.encode(input, team),
              List.of(MODEL.start()),
              Set.of(),
              TOKENS,
              MODEL.rule(policy),
              StepListener.none());
      return new BatchSearch(MODEL.decoder(), team)
          .run(List.of(request))
          .getFirst()
          .sequences()
          .getFirst()
          .steps();
    }
  }

  /** Levels in the midst of what the exits say. */
  private static List<Double> levels(ExitPolicy asking) {
    List<Double> said = new ArrayList<>();
    for (int input = 0; input < MODEL.inputs().size(); input++) {
      run(input, asking).forEach(step -> said.addAll(step.consulted()));
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
    for (double gate : levels(ExitPolicy.gate(NEVER))) {
      for (double threshold : levels(ExitPolicy.maxProbability(NEVER))) {
        for (int input = 0; input < MODEL.inputs().size(); input++) {
          compared += compare(input, threshold, gate);
        }
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  private static int compare(int input, double threshold, double gate) {
    List<StepResult> gates = run(input, ExitPolicy.gate(NEVER));
    List<StepResult> confidences = run(input, ExitPolicy.maxProbability(NEVER));
    List<StepResult> found =
        run(
            input,
            new ExitPolicy.Threshold(
                Confidence.MAX_PROB, threshold, 0, new ExitPolicy.Asking(gate, 0), null));
    for (int i = 0; i < found.size(); i++) {
      List<Double> asked = new ArrayList<>();
      int exit = LAYERS;
      for (int layer = 1; layer < LAYERS && exit == LAYERS; layer++) {
        if (gates.get(i).consulted().get(layer - 1) >= gate) {
          asked.add(confidences.get(i).consulted().get(layer - 1));
          exit = asked.getLast() >= threshold ? layer : LAYERS;
        }
      }
      StepResult step = found.get(i);
      assertThat(step.exitLayer()).isEqualTo(exit);
      assertThat(step.consulted()).isEqualTo(asked);
      assertThat(step.headLookups()).isEqualTo(asked.size() + (exit == LAYERS ? 1 : 0));
      if (step.token() != gates.get(i).token()) {
        return i + 1;
      }
    }
    return found.size();
  }

  @Test
  void belongsToMeasuresThatAskTheHead() {
    for (double gate : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(
              () ->
                  new ExitPolicy.Threshold(
                      Confidence.MAX_PROB, 0.9, 0, new ExitPolicy.Asking(gate, 0), null))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () ->
                new ExitPolicy.Threshold(
                    Confidence.GATE, 0.9, 0, new ExitPolicy.Asking(0.5, 0), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void needsAModelThatHasOne() {
    ExitPolicy gated =
        new ExitPolicy.Threshold(Confidence.MAX_PROB, 0.9, 0, new ExitPolicy.Asking(0.5, 0), null);
    assertThatThrownBy(
            () -> ExitRule.of(gated, MODEL.spec().exits(), false, LAYERS, null, 1, History.JIT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the model has no gate");
  }
}
