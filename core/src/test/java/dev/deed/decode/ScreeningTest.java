package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.ForcedTokens;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.RepetitionPenalty;
import dev.deed.decode.logits.SequenceBias;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.model.Decoder;
import dev.deed.model.TwoStageHead;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** With a screening copy of the head: the same tokens from the same exits. */
final class ScreeningTest {
  static final List<String> MODELS = OracleTest.MODELS;

  private static final int TOKENS = 10;

  @ParameterizedTest
  @FieldSource("MODELS")
  void tokensAndExitsStayTheSame(String name) {
    ExitModel model = ExitModel.open(name);
    Decoder screened = model.decoder().screened(TwoStageHead.Use.EVERY_STEP);
    // Thresholds in the midst of what this model says, where the bounds are put to the test.
    List<Double> asked = new ArrayList<>();
    model
        .greedy(model.decoder(), model.threshold(Confidence.MAX_PROB, 2), List.of(), TOKENS)
        .forEach(step -> asked.addAll(step.exit().consulted()));
    asked.sort(null);
    for (int tenth = 0; tenth <= 10; tenth++) {
      double threshold = asked.get(tenth * (asked.size() - 1) / 10);
      compare(model, screened, model.threshold(Confidence.MAX_PROB, threshold));
    }
    compare(model, screened, model.threshold(Confidence.SIMILARITY, 0.9));
    compare(model, screened, model.threshold(Confidence.MARGIN, 0.1));
    compare(model, screened, model.full());
  }

  /** What an answer without probabilities asks of a copy that nothing else asks. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void answersWithoutProbabilitiesHaveTheSameTokens(String name) {
    ExitModel model = ExitModel.open(name);
    Decoder screened = model.decoder().screened(TwoStageHead.Use.TOKENS);
    StepListener deaf = StepListener.none().withProbabilities(false);
    SequenceBias forbidden = SequenceBias.forbid(List.of(List.of(3), List.of(5, 7)), List.of());
    int estimates = 0;
    for (List<LogitsProcessor> processors :
        List.<List<LogitsProcessor>>of(
            List.of(),
            List.of(forbidden, new ForcedTokens(TOKENS, List.of(2))),
            List.of(new RepetitionPenalty(1.3)))) {
      for (ExitRule rule :
          List.of(
              model.full(),
              ExitRule.atLayer(1),
              model.threshold(Confidence.MAX_PROB, 0.1),
              model.threshold(Confidence.ENTROPY, 0.1))) {
        List<StepResult> exact = model.greedy(model.decoder(), rule, processors, TOKENS);
        List<StepResult> near = model.greedy(screened, rule, processors, TOKENS, deaf);
        assertThat(near.stream().map(step -> List.of(step.token(), step.exit().layer())).toList())
            .isEqualTo(
                exact.stream().map(step -> List.of(step.token(), step.exit().layer())).toList());
        // Somebody reads probabilities, or exact ones of alternatives.
        assertThat(model.greedy(screened, rule, processors, TOKENS)).isEqualTo(exact);
        assertThat(model.greedy(screened, rule, processors, TOKENS, deaf.withAlternatives(2)))
            .isEqualTo(
                model.greedy(
                    model.decoder(),
                    rule,
                    processors,
                    TOKENS,
                    StepListener.none().withAlternatives(2)));
        long off =
            IntStream.range(0, near.size()).filter(i -> !near.get(i).equals(exact.get(i))).count();
        if (rule.confidence() == Confidence.ENTROPY || processors.size() == 1) {
          assertThat(off).as("%s %s", rule, processors).isZero();
        }
        estimates += (int) off;
      }
    }
    assertThat(estimates).isPositive();
  }

  private static void compare(ExitModel model, Decoder screened, ExitRule rule) {
    for (List<LogitsProcessor> processors :
        List.<List<LogitsProcessor>>of(
            List.of(), List.of(new SuppressedTokens(List.of(3, 5, 7), null)))) {
      List<StepResult> exact = model.greedy(model.decoder(), rule, processors, TOKENS);
      List<StepResult> near = model.greedy(screened, rule, processors, TOKENS);
      assertThat(near.stream().map(StepResult::token).toList())
          .as("%s", rule)
          .isEqualTo(exact.stream().map(StepResult::token).toList());
      assertThat(near.stream().map(step -> step.exit().layer()).toList())
          .as("%s", rule)
          .isEqualTo(exact.stream().map(step -> step.exit().layer()).toList());
      for (int i = 0; i < near.size(); i++) {
        assertThat(near.get(i).exit().confidence())
            .as("%s", rule)
            .isCloseTo(exact.get(i).exit().confidence(), within(0.05));
      }
    }
  }
}
