package dev.deed.decode.draft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DraftLengthTest {
  private static final int LAYERS = 12;
  private static final DraftPrices LARGE = new DraftPrices(0.25, 0, 1);
  private static final DraftPrices CACHED = new DraftPrices(0.65, 0, 1);
  private static final DraftPrices NARROW = new DraftPrices(0.15, 0.4, 0.3, 0.35);

  @Test
  void whatIsGivenHolds() {
    DraftLength length = new DraftLength(LAYERS, 5, LARGE, 0.8, 0.5);
    assertThat(length.most()).isEqualTo(5);
    length.verified(drafts(5, 11), 0);
    assertThat(length.most()).isEqualTo(5);
  }

  @Test
  void manyDraftsWhereTheyAreCheapAndKept() {
    DraftLength length = new DraftLength(LAYERS, 0, LARGE, 0.8, 0.5);
    decode(length, 400, 2, 1);
    assertThat(length.most()).isGreaterThan(10);
  }

  @Test
  void fewWhereOneInThreeIsLost() {
    DraftLength length = new DraftLength(LAYERS, 0, LARGE, 0.8, 0.5);
    decode(length, 400, 2, 0.66);
    assertThat(length.most()).isBetween(1, 3);
  }

  /** A model whose drafts are never kept, or run deep, pays for a few of them now and then. */
  @Test
  void whereDraftsDoNotPayTheyStop() {
    assertThat(decode(new DraftLength(LAYERS, 0, LARGE, 0.8, 0.5), 2000, 6, 0)).isLessThan(120);
    assertThat(decode(new DraftLength(LAYERS, 0, LARGE, 0.8, 0.5), 2000, 11, 0.9)).isLessThan(120);
  }

  /** Narrow drafts that are never kept take less than three hundredths of full depth's time. */
  @Test
  void narrowDraftsThatAreNeverKeptCostNextToNothing() {
    for (int tokens : new int[] {20, 90, 400}) {
      DraftLength length = new DraftLength(LAYERS, 0, NARROW, 0.95, 1);
      double lost = decode(length, tokens, LAYERS, 0) * NARROW.draft(1, 1);
      assertThat(lost).isPositive().isLessThan(0.03 * tokens);
    }
  }

  /** Nor do those of an assistant, its keys and values of the source included. */
  @Test
  void anAssistantThatIsNeverRightCostsNextToNothing() {
    DraftPrices prices = new DraftPrices(0.15, 0.4, 0.3, 0.35, 0.005);
    for (int source : new int[] {1, 60, 200, 1500}) {
      for (int tokens : new int[] {10, 30, 90, 400}) {
        DraftLength length = new DraftLength(LAYERS, 0, prices, 0.8, 1).after(prices.wait(source));
        int lost = decode(length, tokens, LAYERS, 0);
        double whole = lost * prices.draft(1, 1) + (lost == 0 ? 0 : source * prices.source());
        assertThat(whole).isLessThanOrEqualTo(0.03 * tokens);
        assertThat(lost > 0).isEqualTo(tokens > prices.wait(source));
      }
    }
  }

  @Test
  void narrowDraftsThatAreKeptAreManyAtOnce() {
    DraftLength length = new DraftLength(LAYERS, 0, NARROW, 0.95, 1);
    assertThat(length.most()).isEqualTo(1);
    assertThat(decode(length, 19, LAYERS, 1)).isGreaterThanOrEqualTo(15);
  }

  /** From the caches a narrow layer costs hardly less than a wide one. */
  @Test
  void narrowDraftsThatCannotPayAreNotTried() {
    DraftPrices cached = new DraftPrices(0.15, 0.1, 1, 0.9);
    assertThat(decode(new DraftLength(LAYERS, 0, cached, 0.95, 1), 400, LAYERS, 1)).isZero();
    assertThat(decode(new DraftLength(LAYERS, 3, cached, 0.95, 1), 40, LAYERS, 1)).isPositive();
  }

  /** An answer of two tokens has nothing to gain, and a lost draft costs as much as a token. */
  @Test
  void whereRowsAreDearShortAnswersHaveNone() {
    DraftLength length = new DraftLength(LAYERS, 0, CACHED, 0.99, 0.5);
    assertThat(decode(length, 6, 2, 1)).isZero();
    assertThat(length.most()).isBetween(1, 3);
  }

  @Test
  void whereRowsAreDearDraftsThatAreKeptAndShallowStillPay() {
    DraftLength length = new DraftLength(LAYERS, 0, CACHED, 0.95, 0.5);
    assertThat(decode(length, 400, 2, 1)).isGreaterThan(300);
  }

  /** With a block's rows at 0.65 of a step, one draft of five that is lost takes what is won. */
  @Test
  void whereRowsAreDearOneInFiveIsTooManyToLose() {
    assertThat(decode(new DraftLength(LAYERS, 0, CACHED, 0.95, 0.5), 2000, 2, 0.8)).isLessThan(60);
  }

  /** Look-ups of a head that is most of a step are what a draft costs. */
  @Test
  void whereTheHeadIsMostOfAStepDraftsDoNotPay() {
    DraftPrices head = new DraftPrices(0.25, 0.6, 1);
    assertThat(decode(new DraftLength(LAYERS, 0, head, 0.8, 0.5), 2000, 2, 0.9)).isLessThan(120);
    DraftPrices screened = new DraftPrices(0.25, 0.6, 0.35);
    assertThat(decode(new DraftLength(LAYERS, 0, screened, 0.8, 0.5), 2000, 2, 0.9))
        .isGreaterThan(1000);
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

  private static List<DraftCost> drafts(int count, int layer) {
    return Collections.nCopies(count, new DraftCost(layer, 1));
  }
}
