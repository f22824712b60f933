package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Token;
import dev.deed.server.serving.Pending;
import java.io.IOException;

/** Sends an event for each token, as soon as {@link TokenTexts its text} is known. */
final class TokenEvents implements Pending.Listener {
  /** Takes the events. */
  interface Sink {
    /** Sends an event, at the latest with the next {@link #flush}. */
    void add(String name, JsonNode data) throws IOException;

    /** Sends a comment. */
    void ping() throws IOException;

    /** Sends what was added. */
    void flush() throws IOException;
  }

  private final Sink stream;
  private final TokenTexts texts;

  TokenEvents(Sink stream, TokenJson json) {
    this.stream = stream;
    this.texts = new TokenTexts((token, text) -> stream.add("token", json.of(token, text)));
  }

  @Override
  public void token(Token token, String added, boolean held) throws IOException {
    texts.token(token, added, held);
  }

  @Override
  public void waiting() throws IOException {
    stream.ping();
  }

  @Override
  public void caughtUp() throws IOException {
    stream.flush();
  }

  @Override
  public void end(String rest) throws IOException {
    texts.end(rest);
  }
}
