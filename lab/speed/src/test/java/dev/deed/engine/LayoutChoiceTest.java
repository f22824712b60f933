package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.engine.ServingCosts.Machine;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an engine divides its threads, against the other ways, in simulation. */
final class LayoutChoiceTest {
  private static final List<ServingShape> SHAPES =
      List.of(ServingShape.T5_BASE, ServingShape.TROCR_BASE);

  private static final int HALVINGS = 6;

  /** It does not know the model, so what counts is the mean of both shapes' gains. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64})
  void noOtherNumberOfTeamsIsMuchBetter(int cores) {
    int chosen = PoolLayout.sizes(cores).size();
    List<ServingCosts> costs =
        SHAPES.stream().map(shape -> new ServingCosts(Machine.xeon(cores), shape)).toList();
    List<Double> answers = answers(costs, cores, chosen);
    for (int pools = 1; pools <= Math.min(cores, 8); pools *= 2) {
      if (pools != chosen) {
        assertThat(gain(answers(costs, cores, pools), answers))
            .as(pools + " pools")
            .isLessThan(1.05);
      }
    }
  }

  /** Geometric mean over the shapes that can be served in time. */
  private static double gain(List<Double> answers, List<Double> chosen) {
    double product = 1;
    int served = 0;
    for (int i = 0; i < chosen.size(); i++) {
      if (answers.get(i) > 0 || chosen.get(i) > 0) {
        product *= answers.get(i) / chosen.get(i);
        served++;
      }
    }
    return Math.pow(product, 1.0 / served);
  }

  private static List<Double> answers(List<ServingCosts> costs, int cores, int pools) {
    Layout layout = Layout.filling(cores, pools);
    return costs.stream()
        .map(each -> Goodput.of(each, layout, 150 + 4 * cores, HALVINGS).answers())
        .toList();
  }
}
