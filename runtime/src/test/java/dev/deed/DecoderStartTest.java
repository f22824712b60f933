package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.settings.GenerationDefaults;
import dev.deed.settings.GenerationSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DecoderStartTest {
  private static final DecoderStart START = new DecoderStart("folder", null, true);

  private static GenerationSettings settings(String json) throws IOException {
    return GenerationSettings.read(
        new GenerationDefaults(
            new ObjectMapper().readValue(json, new TypeReference<>() {}), 7, List.of(2), 100),
        Map.of());
  }

  @Test
  void theFoldersOwn() throws IOException {
    assertThat(START.prefix(Input.empty(), settings("{}"), 100)).containsExactly(7);
    assertThat(START.prefix(Input.empty(), settings("{\"forced_decoder_ids\": [[1, 9]]}"), 100))
        .containsExactly(7, 9);
  }

  @Test
  void aTokenLeftOpenIsNotMissedWhereThePrefixIsGiven() throws IOException {
    GenerationSettings multilingual = settings("{\"forced_decoder_ids\": [[1, null], [2, 9]]}");
    assertThat(
            START.prefix(Input.empty().withDecoderPrefix(new int[] {7, 8, 9}), multilingual, 100))
        .containsExactly(7, 8, 9);
    assertThatThrownBy(() -> START.prefix(Input.empty(), multilingual, 100))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("give decoder_input_ids");
  }
}
