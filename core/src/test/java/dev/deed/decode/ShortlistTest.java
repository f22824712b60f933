package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.RepetitionPenalty;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.model.Decoder;
import dev.deed.model.HeadScreen;
import dev.deed.model.HeldIn;
import dev.deed.model.RandomParameters;
import dev.deed.value.ExitHistory;
import dev.deed.value.ExitSetting;
import dev.deed.value.WeightPrecision;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A shortlist that spares look-ups in vain. */
final class ShortlistTest {
  static final List<String> MODELS = OracleTest.MODELS;

  private static final List<Confidence> MEASURES = List.of(Confidence.MAX_PROB, Confidence.MARGIN);
  private static final int TOKENS = 12;
  private static final double NEVER = 2;

  private static final List<LogitsProcessor> BANS =
      List.of(new SuppressedTokens(List.of(3, 4, 5), null));

  private static List<StepResult> run(
      ExitModel model, Confidence measure, double threshold, int shortlist) {
    return run(model, model.decoder(), measure, threshold, shortlist, BANS);
  }

  private static List<StepResult> run(
      ExitModel model,
      Decoder decoder,
      Confidence measure,
      double threshold,
      int shortlist,
      List<LogitsProcessor> processors) {
    return model.greedy(decoder, rule(model, measure, threshold, 0, shortlist), processors, TOKENS);
  }

  private static ExitRule rule(
      ExitModel model, Confidence measure, double threshold, double gate, int shortlist) {
    return new ExitRule(
        measure,
        new ExitCriterion.Threshold(threshold, 0),
        gate,
        shortlist,
        model.exits(),
        ExitHistory.JIT);
  }

  /** Thresholds in the midst of what the exits say, and beyond. */
  private static List<Double> thresholds(ExitModel model, Confidence measure) {
    List<Double> said =
        run(model, measure, NEVER, 0).stream()
            .flatMap(step -> step.exit().consulted().stream())
            .sorted()
            .toList();
    return List.of(said.get(said.size() / 3), said.get(said.size() * 4 / 5), NEVER);
  }

  /** Then nothing is estimated. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void ofAllTokensLooksUpTwiceAtMost(String name) {
    ExitModel model = ExitModel.open(name);
    int all = Math.min(model.decoder().vocabulary(), ExitSetting.MOST_SHORTLIST);
    for (Confidence measure : MEASURES) {
      for (double threshold : thresholds(model, measure)) {
        // A hair's breadth of rounding lies between a threshold and what was said.
        double between = threshold * (1 + 1e-5);
        List<StepResult> plain = run(model, measure, between, 0);
        List<StepResult> listed = run(model, measure, between, all);
        assertThat(listed).hasSameSizeAs(plain);
        for (int i = 0; i < plain.size(); i++) {
          assertThat(listed.get(i).token()).isEqualTo(plain.get(i).token());
          assertThat(listed.get(i).exit().layer()).isEqualTo(plain.get(i).exit().layer());
          assertThat(listed.get(i).exit().confidence()).isEqualTo(plain.get(i).exit().confidence());
          assertThat(listed.get(i).effort().headLookups())
              .isEqualTo(plain.get(i).exit().layer() == 1 ? 1 : 2);
        }
      }
    }
  }

  /** Whatever is passed by: an exit emits what the whole head says there, where it is sure. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void ofFewTokensPassesExitsByAndNothingElse(String name) {
    ExitModel model = ExitModel.open(name);
    for (Confidence measure : MEASURES) {
      for (double threshold : thresholds(model, measure)) {
        List<StepResult> listed = run(model, measure, threshold, 2);
        int last = model.decoder().layerCount();
        for (StepResult step : listed) {
          boolean early = step.exit().layer() < last;
          assertThat(step.effort().headLookups())
              .isEqualTo(step.exit().consulted().size() + (early ? 0 : 1))
              .isLessThanOrEqualTo(step.exit().layer());
          if (early) {
            assertThat(step.exit().confidence()).isGreaterThanOrEqualTo(threshold);
          }
          assertThat(step.exit().consulted().stream().filter(said -> said >= threshold).count())
              .isEqualTo(early ? 1 : 0);
        }
        if (threshold == NEVER) {
          assertThat(listed).allMatch(step -> step.effort().headLookups() == 2);
        }
      }
    }
  }

  /** Logits alone do not tell what processors will make of them. */
  @Test
  void givesWayToSettingsThatChangeScores() {
    ExitModel model = ExitModel.open("bart");
    List<LogitsProcessor> penalty = List.of(new RepetitionPenalty(1.5f));
    for (double threshold : thresholds(model, Confidence.MAX_PROB)) {
      assertThat(run(model, model.decoder(), Confidence.MAX_PROB, threshold, 4, penalty))
          .isEqualTo(run(model, model.decoder(), Confidence.MAX_PROB, threshold, 0, penalty));
    }
  }

  /** Of which a shortlist can hold but what is kept. */
  @Test
  void goesWithAHeadOfSomeTokensAndWithScreening() {
    ExitModel model = ExitModel.open("ofa");
    HeldIn source = new HeldIn(WeightPrecision.FP32, new RandomParameters(model.spec()));
    Decoder few = model.decoder().restricted(source, new TreeSet<>(List.of(1, 2, 6, 7)));
    for (Decoder decoder : List.of(few, model.decoder().screened(HeadScreen.Use.EVERY_STEP))) {
      List<StepResult> listed = run(model, decoder, Confidence.MAX_PROB, NEVER, 8, BANS);
      assertThat(listed).isNotEmpty().allMatch(step -> step.exit().consulted().size() == 1);
      assertThat(listed.stream().map(StepResult::token).toList())
          .isEqualTo(
              run(model, decoder, Confidence.MAX_PROB, NEVER, 0, BANS).stream()
                  .map(StepResult::token)
                  .toList());
    }
  }

  /** A shortlist of scores that are near the true ones could decide otherwise. */
  @Test
  void exitsAreTheSameWithScreening() {
    ExitModel model = ExitModel.open("bart");
    Decoder screened = model.decoder().screened(HeadScreen.Use.EVERY_STEP);
    for (double threshold : thresholds(model, Confidence.MAX_PROB)) {
      assertThat(layers(run(model, screened, Confidence.MAX_PROB, threshold, 8, BANS)))
          .isEqualTo(layers(run(model, Confidence.MAX_PROB, threshold, 8)));
    }
  }

  private static List<Integer> layers(List<StepResult> steps) {
    return steps.stream().map(step -> step.exit().layer()).toList();
  }

  /** A step that has a shortlist beside one that has none: each as by itself. */
  @Test
  void aGateDecidesFirst() {
    ExitModel model = ExitModel.open("t5-v1_1");
    double threshold = thresholds(model, Confidence.MAX_PROB).get(1);
    for (double gate : new double[] {0.3, 0.5, 0.7}) {
      ExitRule gated = rule(model, Confidence.MAX_PROB, threshold, gate, 0);
      ExitRule both = rule(model, Confidence.MAX_PROB, threshold * (1 + 1e-5), gate, 1024);
      List<StepResult> plain = model.greedy(model.decoder(), gated, List.of(), TOKENS);
      List<StepResult> listed = model.greedy(model.decoder(), both, List.of(), TOKENS);
      assertThat(listed.stream().map(step -> step.exit().layer()).toList())
          .isEqualTo(plain.stream().map(step -> step.exit().layer()).toList());
      assertThat(listed).allMatch(step -> step.effort().headLookups() <= 2);
    }
  }

  @Test
  void belongsToMeasuresThatFewTokensTell() {
    ExitModel model = ExitModel.open("bart");
    for (int wrong : new int[] {-1, ExitSetting.MOST_SHORTLIST + 1}) {
      assertThatThrownBy(() -> rule(model, Confidence.MAX_PROB, 0.9, 0, wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (Confidence measure : List.of(Confidence.ENTROPY, Confidence.GATE, Confidence.SIMILARITY)) {
      assertThatThrownBy(() -> rule(model, measure, 0.9, 0, 8))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
