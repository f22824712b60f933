package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.model.Decoder;
import dev.deed.model.HeldIn;
import dev.deed.model.RandomParameters;
import dev.deed.value.WeightPrecision;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A head of some tokens alone: what the whole head gives when all others are banned. */
final class RestrictedHeadTest {
  static final List<String> MODELS = OracleTest.MODELS;

  private static final int TOKENS = 10;

  private static SortedSet<Integer> kept(int vocabulary) {
    return IntStream.range(0, vocabulary)
        .filter(token -> token % 3 == 1)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Decoder restricted(String name, WeightPrecision precision, ExitModel model) {
    SortedSet<Integer> kept = kept(model.decoder().vocabulary());
    if (!OracleTest.FAMILIES.contains(name)) {
      return model
          .decoder()
          .restricted(new HeldIn(precision, new RandomParameters(model.spec())), kept);
    }
    try (ExitGolden golden = ExitGolden.open(name)) {
      return model.decoder().restricted(new HeldIn(precision, golden.folder()), kept);
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void isTheWholeHeadWithTheOthersBanned(String name) {
    for (WeightPrecision precision : WeightPrecision.values()) {
      ExitModel model = ExitModel.open(name, precision);
      int vocabulary = model.decoder().vocabulary();
      Set<Integer> kept = kept(vocabulary);
      List<Integer> others =
          IntStream.range(0, vocabulary).boxed().filter(token -> !kept.contains(token)).toList();
      Decoder few = restricted(name, precision, model);
      for (ExitRule rule : List.of(model.full(), model.threshold(Confidence.MAX_PROB, 0.2))) {
        List<StepResult> whole =
            model.greedy(
                model.decoder(), rule, List.of(new SuppressedTokens(others, null)), TOKENS);
        List<StepResult> narrow = model.greedy(few, rule, List.of(), TOKENS);
        assertThat(narrow.stream().map(StepResult::token).toList())
            .isEqualTo(whole.stream().map(StepResult::token).toList());
        assertThat(narrow.stream().map(step -> step.exit().layer()).toList())
            .isEqualTo(whole.stream().map(step -> step.exit().layer()).toList());
        assertThat(narrow.stream().map(step -> step.exit().confidence()).toList())
            .isEqualTo(whole.stream().map(step -> step.exit().confidence()).toList());
      }
    }
  }

  @Test
  void refusesWhatIsNoToken() {
    ExitModel model = ExitModel.open("ofa");
    HeldIn parameters = new HeldIn(WeightPrecision.FP32, new RandomParameters(model.spec()));
    for (List<Integer> wrong : List.of(List.<Integer>of(), List.of(-1), List.of(1 << 20))) {
      assertThatThrownBy(() -> model.decoder().restricted(parameters, new TreeSet<>(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
