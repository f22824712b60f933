package dev.deed.server.api;

import dev.deed.Token;
import dev.deed.server.serving.Pending;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends an event for each token. The last of the text belongs to the last token, so that the texts
 * join to the whole; since nobody knows which is the last, each event waits for the next. Belongs
 * to one thread.
 */
final class TokenEvents implements Pending.Listener {
  private final LazyStream stream;
  private final TokenJson json;
  private @Nullable Token held;
  private String heldText = "";

  TokenEvents(LazyStream stream, TokenJson json) {
    this.stream = stream;
    this.json = json;
  }

  @Override
  public void token(Token token, String text) throws IOException {
    send("");
    held = token;
    heldText = text;
  }

  private void send(String more) throws IOException {
    if (held != null) {
      stream.add("token", json.of(held, heldText + more));
      held = null;
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
  public void end(String text) throws IOException {
    send(text);
  }
}
