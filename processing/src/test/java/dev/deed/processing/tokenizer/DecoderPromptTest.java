package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderPromptTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"model_type\": \"whisper\"}|true",
        "{\"model_type\": \"vision-encoder-decoder\", \"encoder\": {\"model_type\":"
            + " \"donut-swin\"}}|true",
        "{\"model_type\": \"vision-encoder-decoder\", \"encoder\": {\"model_type\": \"vit\"}}|false",
        "{\"model_type\": \"t5\"}|false",
        "{}|false"
      })
  void donutAndWhisperStartWithTheirPrompt(String config, boolean replaces) throws IOException {
    assertThat(DecoderPrompt.replacesStart(new ObjectMapper().readTree(config)))
        .isEqualTo(replaces);
  }

  @Test
  void theStartTokenGoesInFrontWhereItIsMissing() {
    assertThat(DecoderPrompt.prefix(new int[] {7, 8}, 2, false)).containsExactly(2, 7, 8);
    assertThat(DecoderPrompt.prefix(new int[] {2, 8}, 2, false)).containsExactly(2, 8);
    assertThat(DecoderPrompt.prefix(new int[] {7, 8}, 2, true)).containsExactly(7, 8);
    assertThat(DecoderPrompt.prefix(new int[0], 2, true)).containsExactly(2);
  }

  @Test
  void promptsAreEncodedWithoutSpecialTokensAround() {
    Path folders = Path.of("src/test/resources/folders");
    try (Tokenizer whisper = Tokenizer.open(folders.resolve("whisper"));
        Tokenizer donut = Tokenizer.open(folders.resolve("donut"))) {
      assertThat(whisper.encode("<|startoftranscript|><|en|><|transcribe|>", false))
          .containsExactly(321, 322, 326);
      assertThat(donut.encode("<s_menu>", false)).containsExactly(117);
    }
  }
}
