package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.InputException;
import dev.deed.decode.ExitPolicy;
import org.junit.jupiter.api.Test;

/** Names, thresholds and layers to policies. */
final class PolicyChoiceTest {
  private static final ExitPolicy OWN = ExitPolicy.entropy(0.4);

  @Test
  void whatIsNotSaidIsTheModelsOwn() {
    assertThat(PolicyChoice.own().resolve(OWN)).isEqualTo(OWN);
    assertThat(new PolicyChoice(null, 0.7, null).resolve(OWN)).isEqualTo(ExitPolicy.entropy(0.7));
    assertThat(new PolicyChoice("entropy", null, null).resolve(OWN)).isEqualTo(OWN);
    assertThat(new PolicyChoice("margin", null, null).resolve(OWN))
        .isEqualTo(ExitPolicy.margin(PolicyChoice.DEFAULT_THRESHOLD));
  }

  @Test
  void names() {
    assertThat(new PolicyChoice("full", 0.2, null).resolve(OWN)).isEqualTo(ExitPolicy.full());
    assertThat(new PolicyChoice("static", null, 3).resolve(OWN)).isEqualTo(ExitPolicy.atLayer(3));
    assertThat(new PolicyChoice("max_prob", -2.0, null).resolve(OWN))
        .isEqualTo(ExitPolicy.maxProbability(-2));
    assertThatThrownBy(() -> new PolicyChoice("best", null, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("max_prob");
  }

  @Test
  void incompleteChoicesAreRefusedUntilALineCompletesThem() {
    PolicyChoice noLayer = new PolicyChoice("static", null, null);
    PolicyChoice noName = new PolicyChoice(null, null, 2);
    PolicyChoice threshold = new PolicyChoice(null, 0.5, null);
    assertThat(noLayer.isComplete(OWN)).isFalse();
    assertThat(noName.isComplete(OWN)).isFalse();
    assertThat(threshold.isComplete(OWN)).isTrue();
    assertThat(threshold.isComplete(ExitPolicy.full())).isFalse();
    assertThatThrownBy(() -> noLayer.resolve(OWN)).hasMessageContaining("has no layer");
    assertThatThrownBy(() -> noName.resolve(OWN)).hasMessageContaining("has no policy");
    assertThatThrownBy(() -> threshold.resolve(ExitPolicy.full()))
        .hasMessageContaining("no confidence of its own");
    assertThat(noLayer.overriddenBy(noName).resolve(OWN)).isEqualTo(ExitPolicy.atLayer(2));
    assertThat(threshold.overriddenBy(new PolicyChoice("gate", null, null)).resolve(OWN))
        .isEqualTo(ExitPolicy.gate(0.5));
  }
}
