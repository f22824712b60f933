package dev.deed.decode.logits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ScoresTest {
  private static final float[] ROW = {9, 1, 0, 3, 2};

  @Test
  void logitsAreNeverChanged() {
    float[] row = ROW.clone();
    Scores scores = new Scores(4);
    scores.begin(row, 1, false);
    double before = scores.statistics().maxProbability();
    scores.ban(2);
    assertThat(scores.statistics().argmax()).isEqualTo(3);
    assertThat(scores.statistics().maxProbability()).isNotEqualTo(before);
    assertThat(scores.logProbability(2)).isEqualTo(Math.log(before), within(1e-6));
    scores.allowOnly(List.of(0));
    assertThat(scores.statistics().maxProbability()).isEqualTo(1.0);
    assertThat(scores.statistics().margin()).isEqualTo(1.0);
    assertThat(scores.statistics().entropyConfidence()).isEqualTo(1.0);
    assertThat(row).containsExactly(ROW);
    scores.begin(row, 0, false);
    assertThat(scores.get(0)).as("a new row").isEqualTo(9);
  }

  @Test
  void normalisedScoresAreLogProbabilities() {
    Scores scores = new Scores(5);
    scores.begin(ROW, 0, true);
    for (int token = 0; token < 5; token++) {
      assertThat(scores.get(token)).isEqualTo((float) scores.logProbability(token));
    }
    scores.set(1, -7);
    assertThat(scores.get(1)).isEqualTo(-7);
    assertThat(scores.get(3)).isEqualTo((float) scores.logProbability(3));
  }

  @Test
  void topTokensAreThoseOfASort() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(40);
      int capacity = 1 + random.nextInt(12);
      double[] values = new double[size];
      TopTokens top = new TopTokens(capacity);
      for (int token = 0; token < size; token++) {
        // Few different values, so that there are ties.
        int value = random.nextInt(12);
        values[token] = value == 0 ? Double.NEGATIVE_INFINITY : value;
        top.offer(token, values[token]);
      }
      top.sort();
      List<Integer> expected =
          IntStream.range(0, size)
              .boxed()
              .filter(token -> values[token] > 0)
              .sorted(Comparator.comparingDouble(token -> -values[token]))
              .limit(capacity)
              .toList();
      assertThat(IntStream.range(0, top.size()).map(top::token).boxed().toList())
          .isEqualTo(expected);
      IntStream.range(0, top.size())
          .forEach(i -> assertThat(top.score(i)).isEqualTo(values[top.token(i)]));
    }
  }
}
