package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.WorkerTeam;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Exits that are imposed, whatever is asked on the way. */
final class ExitSchedulePolicyTest {
  private static final int TOKENS = 7;

  private static SearchResult run(ExitModel model, ExitRule rule) {
    try (WorkerTeam team = WorkerTeam.of(1)) {
      SearchRequest request =
          SearchRequest.greedy(
              model.encode(0, team),
              List.of(model.start()),
              Set.of(),
              TOKENS,
              rule,
              StepListener.none());
      return new BatchSearch(model.decoder(), team).run(List.of(request)).getFirst();
    }
  }

  @Test
  void stepsStopAtTheFirstExitFromTheirLayerOn() {
    ExitModel model = ExitModel.open("bart");
    int layers = model.decoder().layerCount();
    for (Confidence confidence : List.of(Confidence.MAX_PROB, Confidence.SIMILARITY)) {
      ExitPolicy.Schedule schedule = new ExitPolicy.Schedule(confidence, List.of(1, 2, layers));
      SearchResult result = run(model, new ExitRule(schedule, List.of(2, 3, layers), History.JIT));
      List<StepResult> steps = result.sequences().getFirst().steps();
      assertThat(steps.stream().map(StepResult::exitLayer).toList())
          .containsExactly(2, 2, layers, 2, 2, layers, 2);
      // A token that goes to the end has been asked at both exits below.
      assertThat(steps.get(2).consulted()).hasSize(2);
      int perDeepStep = confidence.needsLogits() ? 3 : 1;
      assertThat(result.effort().headLookups()).isEqualTo(5 + 2 * perDeepStep);
    }
  }
}
