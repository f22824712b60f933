package dev.deed.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Token;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenEventsTest {
  private final List<String> sent = new ArrayList<>();
  private final TokenEvents events =
      new TokenEvents(
          new TokenEvents.Sink() {
            @Override
            public void add(String name, JsonNode data) {
              sent.add(name + data.path("index") + data.path("text").asText());
            }

            @Override
            public void ping() {
              sent.add("ping");
            }

            @Override
            public void flush() {}
          },
          TokenJson.plain());

  private void token(int index, String text, boolean held) throws IOException {
    events.token(new Token(index, 7, 1, 0.5, -1, List.of(), List.of()), text, held);
  }

  @Test
  void aTokenIsSentAtOnceWhereNoTextIsHeldBack() throws IOException {
    token(0, "a", false);
    assertThat(sent).containsExactly("token0a");
    token(1, " b", false);
    assertThat(sent).containsExactly("token0a", "token1 b");
    events.end("");
    assertThat(sent).hasSize(2);
  }

  @Test
  void theLastOfTheTextBelongsToTheLastToken() throws IOException {
    token(0, "a", true);
    assertThat(sent).isEmpty();
    token(1, " b", true);
    assertThat(sent).containsExactly("token0a");
    events.waiting();
    events.end(" c");
    assertThat(sent).containsExactly("token0a", "ping", "token1 b c");
  }
}
