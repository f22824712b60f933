package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.value.ExitHistory;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings become rules, checked against a model. */
final class ModelExitsTest {
  private static final List<Integer> ALL = List.of(1, 2, 3, 4, 5, 6);

  /** Six exits and a gate; its own policy is max_prob:0.9. */
  private static final EncoderDecoderModel MODEL = open("golden/exits/bart");

  /** Three exits and no gate. */
  private static final EncoderDecoderModel WITHOUT_GATE = open("families/latr");

  private static final EncoderDecoderModel WITHOUT_EXITS = open("families/udop");

  private static EncoderDecoderModel open(String folder) {
    Path resources = Path.of(System.getProperty("deed.root", ".."), "core/src/test/resources");
    return EncoderDecoderModel.open(resources.resolve(folder).resolve("model"), 1);
  }

  @AfterAll
  static void close() {
    MODEL.close();
    WITHOUT_GATE.close();
    WITHOUT_EXITS.close();
  }

  private static ExitRule rule(String spelling) {
    return MODEL.internals().exitRule(ExitSettings.parse(spelling));
  }

  @Test
  void rules() {
    assertThat(MODEL.ownExits()).isEqualTo(ExitSettings.maxProbability(0.9));
    assertThat(rule("default")).isEqualTo(ExitRule.threshold(Confidence.MAX_PROB, 0.9, ALL));
    assertThat(rule("margin")).isEqualTo(ExitRule.threshold(Confidence.MARGIN, 0.9, ALL));
    assertThat(rule("full")).isEqualTo(ExitRule.full(6));
    assertThat(rule("copy:full@layers=9,min=900")).isEqualTo(ExitRule.full(6));
    assertThat(rule("static:2")).isEqualTo(ExitRule.atLayer(2));
    assertThat(rule("copy:static:2")).isEqualTo(ExitRule.atLayer(2).withHistory(ExitHistory.COPY));
    assertThat(rule("entropy:-2@layers=5,1,3,min=2"))
        .isEqualTo(ExitRule.threshold(Confidence.ENTROPY, -2, List.of(3, 5, 6)));
    assertThat(rule("entropy:0.5@layers=none"))
        .isEqualTo(ExitRule.threshold(Confidence.ENTROPY, 0.5, List.of(6)));
    assertThat(rule("margin:0.5@decay=0.1,gate=0.25"))
        .isEqualTo(
            new ExitRule(
                Confidence.MARGIN,
                new ExitCriterion.Threshold(0.5, 0.1),
                0.25,
                ALL,
                ExitHistory.JIT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "static | policy static: has no layer",
        "static:7 | exit layer 7: the model has exits at [1, 2, 3, 4, 5, 6] only",
        "max_prob:0.5@layers=2,7 | exit layer 7: the model has exits at",
        "max_prob:0.5@min=7 | minimum exit layer 7: the decoder has layers 1..6",
      })
  void whatDoesNotSuitTheModelIsRefused(String spelling, String message) {
    assertThatThrownBy(() -> rule(spelling))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aGateBelongsToAModelThatHasOne() {
    for (String spelling : List.of("gate:0.5", "max_prob:0.5@gate=0.5")) {
      ExitSettings gated = ExitSettings.parse(spelling);
      assertThat(MODEL.internals().exitRule(gated).layers()).isEqualTo(ALL);
      assertThatThrownBy(() -> WITHOUT_GATE.internals().exitRule(gated))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("exit policy gate: the model has no gate");
    }
  }

  @Test
  void aModelWithoutExitsRunsFullDepth() {
    assertThat(WITHOUT_EXITS.ownExits()).isEqualTo(ExitSettings.full());
    assertThat(WITHOUT_EXITS.internals().exitRule(ExitSettings.own()).layers()).hasSize(1);
    for (String spelling : List.of("max_prob", "static:1")) {
      assertThatThrownBy(() -> WITHOUT_EXITS.internals().exitRule(ExitSettings.parse(spelling)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the model has no exits");
    }
  }
}
