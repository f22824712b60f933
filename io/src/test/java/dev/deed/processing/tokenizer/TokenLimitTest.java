package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenLimitTest {
  private static final TokenLimit LIMIT = new TokenLimit("prompt", 4096, "shorten it");

  @ParameterizedTest
  @ValueSource(strings = {"t5", "bart", "mbart", "marian", "m2m100"})
  void aTextOfManyMegabytesIsRefusedBeforeItIsTokenized(String name) {
    try (Tokenizer tokenizer = open(name)) {
      tokenizer.encode("a", false);
      for (String piece : List.of("The cat sat. ", " ", "x", "\u0000", "犬", "\ud800")) {
        String text = piece.repeat(20_000_000 / piece.length());
        long begin = System.nanoTime();
        assertThatThrownBy(() -> tokenizer.encode(text, true, LIMIT))
            .isInstanceOf(InputException.class)
            .hasMessageMatching(
                "prompt: has \\d+ characters, more than the 131072 allowed for 4096 tokens;"
                    + " shorten it");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
      }
    }
  }

  @Test
  void tokensAreCounted() {
    try (Tokenizer tokenizer = open("t5")) {
      int count = tokenizer.encode("The cat sat.", true).length;
      TokenLimit enough = new TokenLimit("prompt", count, "shorten it");
      TokenLimit fewer = new TokenLimit("prompt", count - 1, "shorten it");
      assertThat(tokenizer.encode("The cat sat.", true, enough)).hasSize(count);
      assertThatThrownBy(() -> tokenizer.encode("The cat sat.", null, null, fewer))
          .hasMessage(
              "prompt: comes to more than the " + (count - 1) + " tokens allowed; shorten it");
    }
  }

  private static Tokenizer open(String name) {
    return Tokenizer.open(Path.of("src/test/resources/folders").resolve(name));
  }
}
