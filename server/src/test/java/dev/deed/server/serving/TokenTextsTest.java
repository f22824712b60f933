package dev.deed.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.Token;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenTextsTest {
  private final List<String> told = new ArrayList<>();
  private final Pending.TokenTexts texts =
      new Pending.TokenTexts((token, text) -> told.add(token.index() + text));

  private void token(int index, String text, boolean held) throws IOException {
    texts.token(new Token(index, 7, 1, 0.5, -1, List.of(), List.of()), text, held);
  }

  @Test
  void aTokenIsToldOfAtOnceWhereNoTextIsHeldBack() throws IOException {
    token(0, "a", false);
    assertThat(told).containsExactly("0a");
    token(1, " b", false);
    assertThat(told).containsExactly("0a", "1 b");
    texts.end("");
    assertThat(told).hasSize(2);
  }

  @Test
  void theLastOfTheTextBelongsToTheLastToken() throws IOException {
    token(0, "a", true);
    assertThat(told).isEmpty();
    token(1, " b", true);
    assertThat(told).containsExactly("0a");
    texts.end(" c");
    assertThat(told).containsExactly("0a", "1 b c");
  }
}
