package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DecoderPromptTest {
  @Test
  void theStartTokenGoesInFrontWhereItIsMissing() {
    assertThat(DecoderPrompt.prefix(new int[] {7, 8}, 2, false)).containsExactly(2, 7, 8);
    assertThat(DecoderPrompt.prefix(new int[] {2, 8}, 2, false)).containsExactly(2, 8);
    assertThat(DecoderPrompt.prefix(new int[] {7, 8}, 2, true)).containsExactly(7, 8);
    assertThat(DecoderPrompt.prefix(new int[0], 2, true)).containsExactly(2);
  }

  @Test
  void anAnswerDoesNotSayTheStartTokenAgain() {
    assertThat(DecoderPrompt.behindStart(new int[] {2, 7, 2}, 2)).containsExactly(7, 2);
    assertThat(DecoderPrompt.behindStart(new int[] {7, 8}, 2)).containsExactly(7, 8);
    assertThat(DecoderPrompt.behindStart(new int[0], 2)).isEmpty();
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
