package dev.deed.decode.logits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The corrections of tags, whatever numbers these have, and where scores are equal. */
final class TagCorrectionsTest {
  private static final int TOKENS = 7;

  @Test
  void whatIsEmittedIsTheLargestThenCorrected() {
    Random random = new Random(1);
    for (int trial = 0; trial < 5000; trial++) {
      List<Integer> ids = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6));
      Collections.shuffle(ids, random);
      int cell = ids.get(0);
      int left = ids.get(1);
      int above = ids.get(2);
      int both = ids.get(3);
      float[] logits = new float[TOKENS];
      for (int i = 0; i < TOKENS; i++) {
        logits[i] = random.nextInt(3);
      }
      int last = random.nextBoolean() ? above : ids.get(4);
      TokenSequence tokens = new TokenSequence(List.of(ids.get(5)));
      tokens.append(last);
      Scores scores = new Scores(TOKENS);
      scores.begin(logits, 0, random.nextBoolean());
      int emitted = scores.statistics().argmax();
      int corrected = emitted == both ? left : emitted;
      corrected = corrected == left && last == above ? cell : corrected;
      new TagCorrections(cell, left, above, both).process(tokens, scores);
      assertThat(scores.statistics().argmax()).isEqualTo(corrected);
      assertThat(scores.get(both)).isEqualTo(Float.NEGATIVE_INFINITY);
    }
  }

  @Test
  void theFirstTagHasNoneBeforeIt() {
    Scores scores = new Scores(4);
    scores.begin(new float[] {0, 3, 0, 4}, 0, false);
    // The decoder's start is no tag, even where it has the number of one.
    new TagCorrections(0, 1, 2, 3).process(new TokenSequence(List.of(2)), scores);
    assertThat(scores.statistics().argmax()).isEqualTo(1);
    assertThat(scores.get(1)).isEqualTo(4);
  }
}
