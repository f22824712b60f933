package dev.deed.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.family.ModelFamily;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training learns the tokens that decoding takes. */
final class FolderTokensTest {
  private static final String BART =
      """
      {'model_type': 'bart', 'd_model': 4, 'vocab_size': 30, 'max_position_embeddings': 9,
       'encoder_layers': 1, 'encoder_attention_heads': 1, 'encoder_ffn_dim': 4,
       'decoder_layers': 1, 'decoder_attention_heads': 1, 'decoder_ffn_dim': 4 %s}
      """;

  @TempDir Path folder = Path.of("");

  private SpecialTokens tokens(String settings) {
    try {
      Path file = folder.resolve("config.json");
      Files.writeString(file, BART.formatted(settings).replace('\'', '"'));
      Config config = Config.read(file);
      return FolderTokens.of(folder, config, ModelFamily.describe(config));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void generationConfig(String settings) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), settings.replace('\'', '"'));
  }

  @Test
  void withoutAFileOfTheirOwn() {
    // Not the token that begins a text: BART has a start of its own.
    assertThat(tokens(", 'bos_token_id': 0")).isEqualTo(new SpecialTokens(2, List.of(2), 1));
    assertThat(tokens(", 'eos_token_id': [5, 6], 'decoder_start_token_id': 7, 'pad_token_id': 8"))
        .isEqualTo(new SpecialTokens(7, List.of(5, 6), 8));
  }

  @Test
  void theirOwnFileGoesFirst() throws IOException {
    generationConfig("{'eos_token_id': 4, 'bos_token_id': 9}");
    assertThat(tokens(", 'eos_token_id': 5, 'decoder_start_token_id': 7, 'pad_token_id': 8"))
        .isEqualTo(new SpecialTokens(9, List.of(4), 8));
  }

  @Test
  void answersNeedAnEnd() throws IOException {
    generationConfig("{'decoder_start_token_id': 3}");
    assertThatThrownBy(() -> tokens(", 'eos_token_id': 5"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no end token")
        .hasMessageContaining("generation_config.json");
  }

  @Test
  void usualTokensMustBeInTheVocabulary() {
    assertThatThrownBy(() -> tokens(", 'model_type': 'marian'"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("decoder_start_token_id")
        .hasMessageContaining("58100");
  }
}
