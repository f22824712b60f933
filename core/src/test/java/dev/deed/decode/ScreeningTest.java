package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.model.Decoder;
import dev.deed.model.HeadScreen;
import java.util.ArrayList;
import java.util.List;
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
    Decoder screened = model.decoder().screened(HeadScreen.Use.EVERY_STEP);
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
