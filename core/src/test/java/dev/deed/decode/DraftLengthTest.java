package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DraftLengthTest {
  private static final long FULL = 1000;

  @Test
  void whatIsGivenHolds() {
    DraftLength length = new DraftLength(5);
    assertThat(length.most()).isEqualTo(5);
    length.verified(1, 0, 6, 9 * FULL);
    assertThat(length.most()).isEqualTo(5);
  }

  @Test
  void manyDraftsWhereTheyAreCheapAndKept() {
    DraftLength length = new DraftLength(0);
    decode(length, 400, 200, 20, 1);
    assertThat(length.most()).isGreaterThan(10);
  }

  @Test
  void fewWhereOneInThreeIsLost() {
    DraftLength length = new DraftLength(0);
    decode(length, 400, 200, 50, 0.66);
    assertThat(length.most()).isBetween(1, 3);
  }

  /** A model whose drafts are never kept pays for a few of them now and then. */
  @Test
  void whereDraftsDoNotPayTheyStop() {
    DraftLength length = new DraftLength(0);
    assertThat(decode(length, 2000, 600, 100, 0)).isGreaterThan(0.97);
    assertThat(decode(new DraftLength(0), 2000, 950, 300, 0.9)).isGreaterThan(0.97);
  }

  /**
   * Decodes with these prices.
   *
   * @param keeps share of the drafts that full depth emits too, evenly spread
   * @return the speed, full depth's being 1
   */
  private static double decode(DraftLength length, int tokens, long draft, long row, double keeps) {
    double time = 0;
    double luck = 0;
    length.verified(0, 0, 1, 40 * FULL);
    int emitted = 0;
    while (emitted < tokens) {
      int most = length.most();
      for (int i = 0; i < most; i++) {
        length.drafted(draft);
        time += draft;
      }
      int kept = 0;
      boolean all = true;
      while (kept < most && all) {
        luck += keeps;
        all = luck >= 1;
        luck -= all ? 1 : 0;
        kept += all ? 1 : 0;
      }
      long nanos = FULL + most * row;
      time += nanos;
      length.verified(Math.min(most, kept + 1), kept, most + 1, nanos);
      emitted += kept + 1;
    }
    return emitted * FULL / time;
  }
}
