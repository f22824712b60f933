package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.exit.ExitRule;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.Effort;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What decoding took, beside what full depth would have taken. */
final class EffortTest {
  private static final List<SearchStrategy> STRATEGIES =
      List.of(
          new SearchStrategy.Greedy(),
          new SearchStrategy.Sampling(3, 1, List.of()),
          new SearchStrategy.Beam(3, 2, 1, EarlyStopping.WHEN_FULL, List.of(), null));

  private static Effort effort(ExitModel model, ExitRule rule, SearchStrategy strategy) {
    try (ThreadPool pool = ThreadPool.of(1)) {
      SearchRequest request =
          new SearchRequest(
              model.encode(0, pool),
              List.of(model.start(), 5, 6),
              new StoppingCriteria(Set.of(), 7),
              rule,
              List.of(),
              strategy,
              StepListener.none());
      return new BatchSearch(model.decoder(), pool).run(List.of(request)).getFirst().effort();
    }
  }

  @Test
  void fullDepthRunsAllLayersThatArePossible() {
    ExitModel model = ExitModel.open("bart");
    for (SearchStrategy strategy : STRATEGIES) {
      Effort effort = effort(model, model.full(), strategy);
      assertThat(effort.layersPossible()).isEqualTo(effort.layersRun());
    }
  }

  @Test
  void exitsLeaveLayersOut() {
    ExitModel model = ExitModel.open("bart");
    int layers = model.decoder().layerCount();
    for (SearchStrategy strategy : STRATEGIES) {
      Effort effort = effort(model, ExitRule.atLayer(2), strategy);
      assertThat(effort.layersPossible()).isGreaterThan(effort.layersRun());
    }
    Effort greedy = effort(model, ExitRule.atLayer(2), STRATEGIES.getFirst());
    assertThat(greedy.layersPossible()).isEqualTo(9 * (layers - 1) + 7);
    assertThat(greedy.layersRun()).isEqualTo(9 * 2);
  }
}
