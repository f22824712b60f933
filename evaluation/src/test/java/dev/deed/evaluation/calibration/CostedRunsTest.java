package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.decode.draft.DraftPrices;
import dev.deed.evaluation.DecodeCost;
import dev.deed.evaluation.Observation;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.ExitSettings;
import dev.deed.value.Timing;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What policies cost by counts and prices, whatever the clock says. */
final class CostedRunsTest {
  private static final int LAYERS = 6;
  private static final int TOKENS = 450;
  private static final int DRAFTED = 420;
  private static final int VERIFICATIONS = 31;

  /** Both take the same time, so the clock tells nothing. */
  private static Observation observation(Effort effort, @Nullable Drafts drafts) {
    return new Observation(
        "",
        Collections.nCopies(TOKENS, 7),
        Collections.nCopies(TOKENS, LAYERS),
        effort,
        new Timing(0, 0, 1),
        drafts);
  }

  private static double cost(String policy, DraftPrices prices) {
    int wide = LAYERS * TOKENS;
    int narrow = LAYERS * DRAFTED;
    Effort full = new Effort(wide, wide, wide, TOKENS);
    Effort drafting =
        new Effort(wide + narrow, wide, LAYERS * VERIFICATIONS + narrow, TOKENS + DRAFTED, narrow);
    return new Calibrator.CostedRuns(
            List.of(),
            List.of(ExitSettings.full(), ExitSettings.parse(policy)),
            List.of(
                List.of(observation(full, null)),
                List.of(observation(drafting, new Drafts(DRAFTED, DRAFTED, VERIFICATIONS)))),
            new DecodeCost(1, 100, 25, 100, 1),
            List.of(prices, prices),
            LAYERS)
        .cost(1);
  }

  /** As Whisper base's drafts: two thirds of the head, which drafts ask by a head of low rank. */
  @Test
  void narrowDraftsCostWhatTheirPrecisionTakes() {
    double cost = cost("full@lossless,draft_precision=int8", new DraftPrices(0.15, 0.6, 0.1, 0.3));

    double drafts = DRAFTED * (0.4 * 0.3 + 0.6 * 0.1) + 0.15 * (TOKENS - VERIFICATIONS);
    assertThat(cost).isEqualTo((VERIFICATIONS + drafts) / TOKENS, within(1e-9)).isLessThan(0.5);
  }

  @Test
  void fromTheCachesTheySaveNothing() {
    assertThat(cost("full@lossless,draft_precision=int8", new DraftPrices(0.35, 0.3, 1, 0.95)))
        .isGreaterThan(1);
  }

  @Test
  void draftsOfTheModelsOwnLayersCostMultiplyAdds() {
    assertThat(cost("max_prob:0.9@lossless", new DraftPrices(0.15, 0.6, 1))).isGreaterThan(1);
  }
}
