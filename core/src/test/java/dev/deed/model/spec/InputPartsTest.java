package dev.deed.model.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.value.InputException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a folder asks of inputs beyond what its architecture needs. */
final class InputPartsTest {
  private static InputParts of(String json) throws IOException {
    return InputParts.of(
        new LayoutAwareFront(10, 1001, null),
        Config.of("config.json", (ObjectNode) new ObjectMapper().readTree(json)));
  }

  @Test
  void whatTheFolderRequiresIsNoLongerOptional() throws IOException {
    InputParts plain = of("{}");
    assertThat(plain.requiredNames()).containsExactly("input_ids");
    assertThat(plain.optionalNames()).containsExactly("bbox");
    assertThat(plain.words()).isFalse();
    InputParts asked = of("{\"required_inputs\": [\"bbox\", \"input_ids\"]}");
    assertThat(asked.required()).containsExactlyInAnyOrder(Part.TOKENS, Part.BOXES);
    assertThat(asked.optional()).isEmpty();
    assertThat(asked.words()).isTrue();
    assertThat(asked.contains(Part.BOXES)).isTrue();
    assertThat(asked.contains(Part.PIXELS)).isFalse();
  }

  @Test
  void whatTheModelDoesNotReadCannotBeRequired() {
    for (String wrong : new String[] {"[\"pixel_values\"]", "[\"image\"]", "[1]", "true"}) {
      assertThatThrownBy(() -> of("{\"required_inputs\": " + wrong + "}"))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("config.json: required_inputs: is ");
    }
  }
}
