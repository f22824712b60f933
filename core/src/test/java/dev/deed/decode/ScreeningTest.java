package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.model.Decoder;
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
    Decoder screened = model.decoder().screened();
    // Thresholds in the midst of what this model says, where the bounds are put to the test.
    List<Double> asked = new ArrayList<>();
    model
        .greedy(model.decoder(), ExitPolicy.maxProbability(2), List.of(), TOKENS)
        .forEach(step -> asked.addAll(step.consulted()));
    asked.sort(null);
    for (int tenth = 0; tenth <= 10; tenth++) {
      double threshold = asked.get(tenth * (asked.size() - 1) / 10);
      compare(model, screened, ExitPolicy.maxProbability(threshold));
    }
    compare(model, screened, ExitPolicy.similarity(0.9));
    compare(model, screened, ExitPolicy.margin(0.1));
    compare(model, screened, ExitPolicy.full());
  }

  private static void compare(ExitModel model, Decoder screened, ExitPolicy policy) {
    for (List<LogitsProcessor> processors :
        List.<List<LogitsProcessor>>of(
            List.of(), List.of(new SuppressedTokens(List.of(3, 5, 7), null)))) {
      List<StepResult> exact = model.greedy(model.decoder(), policy, processors, TOKENS);
      List<StepResult> near = model.greedy(screened, policy, processors, TOKENS);
      assertThat(near.stream().map(StepResult::token).toList())
          .as("%s", policy)
          .isEqualTo(exact.stream().map(StepResult::token).toList());
      assertThat(near.stream().map(StepResult::exitLayer).toList())
          .as("%s", policy)
          .isEqualTo(exact.stream().map(StepResult::exitLayer).toList());
      for (int i = 0; i < near.size(); i++) {
        assertThat(near.get(i).confidence())
            .as("%s", policy)
            .isCloseTo(exact.get(i).confidence(), within(0.05));
      }
    }
  }
}
