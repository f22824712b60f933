package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.WorkerTeam;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
      ExitPolicy.Schedule schedule =
          new ExitPolicy.Schedule(
              confidence, Stream.of(1, 2, layers).map(ExitPolicy.Stop::at).toList());
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

  @Test
  void asManyExitsAreAskedAsItSays() {
    ExitModel model = ExitModel.open("bart");
    int layers = model.decoder().layerCount();
    for (int asked = 1; asked <= 3; asked++) {
      ExitPolicy.Schedule schedule =
          new ExitPolicy.Schedule(
              Confidence.MAX_PROB,
              List.of(new ExitPolicy.Stop(layers, asked), new ExitPolicy.Stop(2, asked)));
      SearchResult result = run(model, new ExitRule(schedule, List.of(2, 3, layers), History.JIT));
      List<StepResult> steps = result.sequences().getFirst().steps();
      assertThat(steps.get(0).exitLayer()).isEqualTo(layers);
      assertThat(steps.get(1).exitLayer()).isEqualTo(2);
      assertThat(steps.get(0).consulted()).hasSize(asked - 1);
      assertThat(steps.get(1).consulted()).hasSize(1);
      assertThat(result.effort().headLookups()).isEqualTo(4 * asked + 3);
    }
  }
}
