package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.front.TinyGemma;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.LayerKind.Window;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What configurations of T5Gemma and T5Gemma 2 mean, and which are refused. */
final class GemmaFamiliesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          t5gemma  | /decoder | {"rope_parameters": {"rope_type": "yarn"}} | rope_type
          t5gemma  | /decoder | {"rope_parameters": {"rope_theta": 0}}     | rope_theta
          t5gemma  | /decoder | {"layer_types": ["full_attention"]}        | layer_types
          t5gemma  | /decoder | {"num_key_value_heads": 5}                 | num_key_value_heads
          t5gemma  | /encoder | {"head_dim": 7}                            | head_dim
          t5gemma  | /encoder | {"head_dim": 1000000000}                   | head_dim
          t5gemma  | /encoder | {"sliding_window": 0}                      | sliding_window
          t5gemma  | /decoder | {"final_logit_softcapping": -1}            | final_logit_softcapping
          t5gemma2 | /decoder | {"hidden_size": 20}                        | hidden_size
          t5gemma2 | /decoder | {"vocab_size": 41}                         | vocab_size
          t5gemma2 | /encoder | {"mm_tokens_per_image": 5}                 | mm_tokens_per_image
          t5gemma2 | /encoder/vision_config | {"model_type": "clip"}       | model_type
          t5gemma2 | /encoder/vision_config | {"patch_size": 13}           | patch_size
          """)
  void refusedSettingsAreNamed(String type, String place, String change, String setting)
      throws JsonProcessingException {
    Config config = TinyGemma.config(type);
    ((ObjectNode) config.json().at(place)).setAll((ObjectNode) new ObjectMapper().readTree(change));
    assertThatThrownBy(() -> ModelFamily.describe(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(setting + ":");
  }

  @Test
  void windowsAreThoseOfEachFamily() {
    TransformerSpec first = TinyGemma.spec("t5gemma");
    assertThat(windows(first.encoder().stack())).containsExactly(new Window(3, 3));
    assertThat(windows(first.decoder().stack())).containsOnly(new Window(3, 0));
    TransformerSpec second = TinyGemma.spec("t5gemma2");
    assertThat(windows(second.encoder().stack())).containsOnly(new Window(1, 2));
    assertThat(windows(second.decoder().stack())).containsOnly(new Window(2, 0));
  }

  @Test
  void nullMeansNoCap() {
    Config config = TinyGemma.config("t5gemma");
    ((ObjectNode) config.json().path("decoder")).putNull("final_logit_softcapping");
    assertThat(ModelFamily.describe(config).spec().decoder().head().cap()).isZero();
    ((ObjectNode) config.json().path("decoder")).remove("final_logit_softcapping");
    assertThat(ModelFamily.describe(config).spec().decoder().head().cap()).isEqualTo(30);
  }

  private static List<Window> windows(StackSpec stack) {
    return stack.kinds().stream().map(LayerKind::window).filter(Objects::nonNull).toList();
  }
}
