package dev.deed.server.api;

import dev.deed.Token;
import dev.deed.server.serving.Pending;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Gives each token its text, at once where no text is held back. The last of the text belongs to
 * the last token, so that the texts join to the whole; since nobody knows which is the last, a
 * token waits for the next one while text is held back. Belongs to one thread.
 */
final class TokenTexts implements Pending.Listener {
  /** Is told of each token once. */
  interface Teller {
    void tell(Token token, String text) throws IOException;
  }

  private final Teller teller;
  private @Nullable Token waiting;
  private String text = "";

  TokenTexts(Teller teller) {
    this.teller = teller;
  }

  @Override
  public void token(Token token, String added, boolean held) throws IOException {
    end("");
    waiting = token;
    text = added;
    if (!held) {
      end("");
    }
  }

  @Override
  public void end(String rest) throws IOException {
    if (waiting != null) {
      teller.tell(waiting, text + rest);
      waiting = null;
    }
  }
}
