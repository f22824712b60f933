package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Token;
import dev.deed.server.serving.Pending;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends an event for each token, at once where no text is held back. The last of the text belongs
 * to the last token, so that the texts join to the whole; since nobody knows which is the last, an
 * event waits for the next token while text is held back. Belongs to one thread.
 */
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
  private final TokenJson json;
  private @Nullable Token waiting;
  private String text = "";

  TokenEvents(Sink stream, TokenJson json) {
    this.stream = stream;
    this.json = json;
  }

  @Override
  public void token(Token token, String added, boolean held) throws IOException {
    send("");
    waiting = token;
    text = added;
    if (!held) {
      send("");
    }
  }

  private void send(String more) throws IOException {
    if (waiting != null) {
      stream.add("token", json.of(waiting, text + more));
      waiting = null;
    }
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
    send(rest);
  }
}
