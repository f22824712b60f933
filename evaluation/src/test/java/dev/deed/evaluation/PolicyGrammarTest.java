package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.History;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyGrammarTest {
  private static List<String> labels(String list) {
    return PolicyGrammar.parse(list).stream().map(EvaluationPolicy::label).toList();
  }

  private static EvaluationPolicy one(String entry) {
    assertThat(PolicyGrammar.parse(entry)).hasSize(1);
    return PolicyGrammar.parse(entry).getFirst();
  }

  @Test
  void theContractsExample() {
    assertThat(
            labels(
                "full; default; static:1..6; max_prob:0.5,0.7,0.9,0.99,0.999; copy:max_prob:0.9"))
        .containsExactly(
            "full",
            "default",
            "static:1",
            "static:2",
            "static:3",
            "static:4",
            "static:5",
            "static:6",
            "max_prob:0.5",
            "max_prob:0.7",
            "max_prob:0.9",
            "max_prob:0.99",
            "max_prob:0.999",
            "copy:max_prob:0.9");
  }

  @Test
  void everyKindMeansWhatItSays() {
    assertThat(one("full").policy()).isEqualTo(ExitPolicy.full());
    assertThat(one("default").policy()).isNull();
    assertThat(one("static:2").policy()).isEqualTo(ExitPolicy.atLayer(2));
    for (Confidence confidence : Confidence.values()) {
      assertThat(one(confidence.label() + ":-1.5e0").policy())
          .isEqualTo(new ExitPolicy.Threshold(confidence, -1.5));
    }
    EvaluationPolicy copy = one("copy:margin:0.25");
    assertThat(copy.policy()).isEqualTo(ExitPolicy.margin(0.25));
    assertThat(copy.history()).isEqualTo(History.COPY);
    assertThat(copy.kind()).isEqualTo(EvaluationPolicy.Kind.COPY);
  }

  @Test
  void settingsBelongToTheirEntryAlone() {
    List<EvaluationPolicy> policies =
        PolicyGrammar.parse(" max_prob : 0.5 , 0.9 @ layers=1,3..4,6 , min=2 ;entropy:0.5");
    assertThat(policies).hasSize(3);
    EvaluationPolicy first = policies.getFirst();
    assertThat(first.label()).isEqualTo("max_prob:0.5@layers=1,3..4,6,min=2");
    assertThat(first.layers()).containsExactly(1, 3, 4, 6);
    assertThat(first.minLayer()).isEqualTo(2);
    assertThat(first.value()).isEqualTo("0.5");
    assertThat(policies.get(2).layers()).isNull();
    assertThat(policies.get(2).minLayer()).isEqualTo(1);
    assertThat(one("default@min=3,layers=4,6").layers()).containsExactly(4, 6);
    assertThat(one("margin:0.5@decay=0.1,gate=0.25,shortlist=8").policy())
        .isEqualTo(
            new ExitPolicy.Threshold(
                Confidence.MARGIN, 0.5, 0.1, new ExitPolicy.Asking(0.25, 8), null));
  }

  @Test
  void aPolicyGivenTwiceRunsOnce() {
    assertThat(labels("static:2; static:1..3;;full;"))
        .containsExactly("static:2", "static:1", "static:3", "full");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | policies: none is given; use full, default",
        "; ; | policies: none is given",
        "best | policy \"best\": there is no such policy; use full",
        "max_prob | policy \"max_prob\": it names no threshold; write max_prob:0.9",
        "max_prob: | it names no threshold",
        "max_prob:0.5:0.6 | it names no threshold",
        "max_prob:high | the threshold \"high\" is no number",
        "max_prob:0.5@shortlist=1.5 | the shortlist \"1.5\" is no number from 0 to 1024",
        "max_prob:0.5@shortlist=2000 | the shortlist \"2000\" is no number from 0 to 1024",
        "entropy:0.5@shortlist=8 | entropy cannot be told from a shortlist",
        "full@shortlist=8 | decay, gate and shortlist belong to a threshold",
        "max_prob:0.5, | the threshold \"\" is no number",
        "max_prob:NaN | the threshold \"NaN\" is no number",
        "max_prob:0x1p3 | is no number",
        "max_prob:1e999 | is no number",
        "static | it names no layer; write static:2 or static:1..6",
        "static:two | \"two\" is no layer",
        "static:0 | \"0\" is no range of layers",
        "static:6..1 | \"6..1\" is no range of layers",
        "static:1..9999 | \"1..9999\" is no range of layers",
        "full:1 | full takes no values",
        "default:0.9 | default takes no values",
        "copy | copy needs a kind of confidence; write copy:max_prob:0.9",
        "copy:static:2 | copy needs a kind of confidence",
        "copy:max_prob | it names no threshold; write copy:max_prob:0.9",
        "max_prob:0.5@ | the setting \"\" is unknown",
        "max_prob:0.5@3 | the setting \"3\" is unknown",
        "max_prob:0.5@min=1,3 | the setting \"3\" is unknown",
        "max_prob:0.5@min=1..3 | min takes one layer",
        "max_prob:0.5@layers= | \"\" is no layer",
        "max_prob:0.5@decay=-1 | the decay \"-1\" is no number from 0",
        "max_prob:0.5@gate=1.5 | the gate \"1.5\" is no number from 0 to 1",
        "max_prob:0.5@gate= | the gate \"\" is no number",
        "gate:0.5@gate=0.5 | gate asks no head",
        "default@gate=0.5 | decay, gate and shortlist belong to a threshold",
        "static:2@decay=0.5 | decay, gate and shortlist belong to a threshold",
        "static:2@min=3 | its settings exclude layer 2",
        "static:1..3@layers=1,2 | its settings exclude layer 3",
      })
  void whatIsWrongIsSaidInOneLine(String list, String message) {
    assertThatThrownBy(() -> PolicyGrammar.parse(list))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n")
        .matches(".+: .+; .+");
  }
}
