package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.evaluation.SyntheticRuns.Noise;
import org.junit.jupiter.api.Test;

/** Advice on a made-up model whose costs are known, by clocks of quiet and loaded machines. */
final class AdviceTest {
  private static final int SEEDS = 25;
  private static final String FIXED_DOES = "A fixed exit does as well here";

  /** Depth matters: a fixed exit that is as good runs two thirds of the layers. */
  private static String needsDepths(int examples, Noise noise, long seed) {
    return advice(
        new SyntheticRuns(examples, noise, seed)
            .fixed("full", 6, 1)
            .fixed("static:1", 1, 0)
            .fixed("static:2", 2, 0.8)
            .fixed("static:4", 4, 1)
            .fixed("static:5", 5, 1)
            .dynamic("max_prob:0.9", 1, 0.1, 1)
            .dynamic("max_prob:0.99", 1, 0.2, 1));
  }

  /** All tokens leave at layer 1 under the threshold as under the fixed exit. */
  private static String equalCounts(int examples, Noise noise, long seed) {
    return advice(
        new SyntheticRuns(examples, noise, seed)
            .fixed("full", 6, 1)
            .dynamic("max_prob:0.5", 1, 0, 1)
            .fixed("static:1", 1, 1)
            .fixed("static:2", 2, 1)
            .fixed("static:3", 3, 1));
  }

  private static String advice(SyntheticRuns runs) {
    return String.join("\n", Advice.of(runs.report()));
  }

  @Test
  void aQuietMachineTellsPricesAndSavings() {
    String advice = needsDepths(40, Noise.QUIET, 1);
    assertThat(advice)
        .contains("a decoder layer 0.0", "a position filled later 0.01", "ms a token (±")
        .contains("fixed exit within half a point of full depth is static:4: exact 100.0 against")
        .contains("dynamic exit within half a point of full depth is max_prob:0.9: exact 100.0")
        .contains("67 % of the layers in 67 % of the passes, 1.00 look-ups a token, 27")
        .containsPattern("max_prob:0\\.9 takes \\d+\\.\\d % less decode time \\(\\d.*than static:4")
        .doesNotContain(FIXED_DOES, "cannot tell");
  }

  /** It said that a fixed exit does as well, since a burst had hit the dynamic one. */
  @Test
  void whatIsCheaperByCountsIsNeverSaidToBeDearer() {
    for (int examples : new int[] {1, 3, 6, 20, 60}) {
      for (int seed = 0; seed < SEEDS; seed++) {
        String advice = needsDepths(examples, Noise.LOADED, seed);
        assertThat(advice)
            .as("%d examples, seed %d", examples, seed)
            .contains("depth is static:4: ", "depth is max_prob:0.9: ")
            .doesNotContain(FIXED_DOES, "layer 0.000")
            .doesNotContainPattern("-\\d");
      }
    }
  }

  @Test
  void theSimplerOfEqualsIsAdvised() {
    for (int examples : new int[] {1, 6, 40}) {
      for (int seed = 0; seed < SEEDS; seed++) {
        for (Noise noise : Noise.values()) {
          String advice = equalCounts(examples, noise, seed);
          assertThat(advice)
              .as("%s, %d examples, seed %d", noise, examples, seed)
              .contains("fixed exit within half a point of full depth is static:1: ")
              .contains(FIXED_DOES);
        }
      }
    }
  }

  @Test
  void fewExamplesTellNothingOfTime() {
    assertThat(needsDepths(3, Noise.QUIET, 1))
        .contains("The clock cannot tell the price of a layer here: ")
        .contains("no measurable difference in decode time (fewer than five measurements)")
        .containsPattern(
            "(The clock does not tell the two apart|Neither the clock nor counts tell)");
  }

  @Test
  void oneDepthTellsLittle() {
    SyntheticRuns runs = new SyntheticRuns(40, Noise.QUIET, 1).fixed("full", 6, 1);
    assertThat(Advice.of(runs.report()))
        .anyMatch(line -> line.matches("The clock does not tell those of .*a head look-up.*"))
        .noneMatch(line -> line.contains("look-up is as dear"));
  }

  /** The model's own policy is a dynamic exit too, and none that was tried means nothing. */
  @Test
  void theModelsOwnPolicyCounts() {
    assertThat(
            advice(
                new SyntheticRuns(40, Noise.QUIET, 1)
                    .fixed("full", 6, 1)
                    .fixed("static:4", 4, 1)
                    .dynamic("default", 1, 0.1, 1)))
        .contains("dynamic exit within half a point of full depth is default = max_prob:0.9: ")
        .doesNotContain(FIXED_DOES);
    assertThat(
            advice(
                new SyntheticRuns(40, Noise.QUIET, 1).fixed("full", 6, 1).fixed("static:4", 4, 1)))
        .contains("No threshold was tried")
        .doesNotContain(FIXED_DOES);
  }
}
