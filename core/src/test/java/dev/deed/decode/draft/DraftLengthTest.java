package dev.deed.decode.draft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DraftLengthTest {
  private static final int LAYERS = 12;

  @Test
  void whatIsGivenHolds() {
    DraftLength length = new DraftLength(LAYERS, 5);
    assertThat(length.most()).isEqualTo(5);
    length.verified(drafts(5, 11), 0);
    assertThat(length.most()).isEqualTo(5);
  }

  @Test
  void manyDraftsWhereTheyAreCheapAndKept() {
    DraftLength length = new DraftLength(LAYERS, 0);
    decode(length, 400, 2, 1);
    assertThat(length.most()).isGreaterThan(10);
  }

  @Test
  void fewWhereOneInThreeIsLost() {
    DraftLength length = new DraftLength(LAYERS, 0);
    decode(length, 400, 2, 0.66);
    assertThat(length.most()).isBetween(1, 3);
  }

  /** A model whose drafts are never kept, or run deep, pays for a few of them now and then. */
  @Test
  void whereDraftsDoNotPayTheyStop() {
    assertThat(decode(new DraftLength(LAYERS, 0), 2000, 6, 0)).isLessThan(120);
    assertThat(decode(new DraftLength(LAYERS, 0), 2000, 11, 0.9)).isLessThan(120);
  }

  /**
   * Decodes.
   *
   * @param layer where drafts leave
   * @param keeps share of the drafts that full depth emits too, evenly spread
   * @return drafts in all
   */
  private static int decode(DraftLength length, int tokens, int layer, double keeps) {
    int all = 0;
    double luck = 0;
    int emitted = 0;
    while (emitted < tokens) {
      int most = length.most();
      int kept = 0;
      boolean goesOn = true;
      while (kept < most && goesOn) {
        luck += keeps;
        goesOn = luck >= 1;
        luck -= goesOn ? 1 : 0;
        kept += goesOn ? 1 : 0;
      }
      length.verified(drafts(most, layer), kept);
      all += most;
      emitted += kept + 1;
    }
    return all;
  }

  private static List<Integer> drafts(int count, int layer) {
    return Collections.nCopies(count, layer);
  }
}
