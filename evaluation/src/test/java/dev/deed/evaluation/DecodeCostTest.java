package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DecodeCostTest {
  private static final DecodeCost TRUTH = new DecodeCost(0.02, 0.05, 0.015, 0.08, 0.3);

  @Test
  void pricesAreFoundThoughTheMachineDidOtherWork() {
    Random random = new Random(3);
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      Observation counts = counts(random);
      double noise = 1 + 0.05 * random.nextGaussian();
      double disturbed = random.nextInt(10) == 0 ? 1 + 5 * random.nextDouble() : 1;
      observations.add(withMillis(counts, TRUTH.millis(counts) * noise * disturbed));
    }
    DecodeCost found = DecodeCost.of(observations);
    assertThat(found.token()).isCloseTo(TRUTH.token(), within(0.01));
    assertThat(found.pass()).isCloseTo(TRUTH.pass(), within(0.004));
    assertThat(found.filledRow()).isCloseTo(TRUTH.filledRow(), within(0.002));
    assertThat(found.head()).isCloseTo(TRUTH.head(), within(0.006));
    assertThat(found.firstReach()).isCloseTo(TRUTH.firstReach(), within(0.03));
  }

  @Test
  void oneAnswerIsExplained() {
    Observation single = new Observation("", List.of(1), List.of(2), 2, 2, 0, 0, 0, 4.0);
    assertThat(DecodeCost.of(List.of(single)).millis(single)).isCloseTo(4, within(1e-6));
  }

  private static Observation counts(Random random) {
    int tokens = 1 + random.nextInt(30);
    int deepest = 1 + random.nextInt(6);
    int passes = tokens * (1 + random.nextInt(deepest));
    int filled = random.nextInt(tokens * deepest);
    return new Observation(
        "",
        Collections.nCopies(tokens, 5),
        Collections.nCopies(tokens, deepest),
        passes + filled,
        passes,
        tokens * (1 + random.nextInt(3)),
        0,
        0,
        0);
  }

  private static Observation withMillis(Observation counts, double millis) {
    return new Observation(
        counts.text(),
        counts.tokenIds(),
        counts.exitLayers(),
        counts.layersRun(),
        counts.layerPasses(),
        counts.headLookups(),
        0,
        0,
        millis);
  }
}
