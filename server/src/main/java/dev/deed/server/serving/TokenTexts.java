package dev.deed.server.serving;

import dev.deed.Token;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Gives each token its text, at once where no text is held back. The last of the text belongs to
 * the last token, so that the texts join to the whole; since nobody knows which is the last, a
 * token waits for the next one while text is held back. Belongs to one thread.
 */
final class TokenTexts {
  private final Pending.Listener listener;
  private @Nullable Token waiting;
  private String text = "";

  TokenTexts(Pending.Listener listener) {
    this.listener = listener;
  }

  /**
   * A token was emitted.
   *
   * @param added the text that it brings, perhaps of tokens before it
   * @param held whether more text is held back, which a later token or the end brings
   */
  void token(Token token, String added, boolean held) throws IOException {
    end("");
    waiting = token;
    text = added;
    if (!held) {
      end("");
    }
  }

  /** No token follows, and this is the rest of the text. */
  void end(String rest) throws IOException {
    if (waiting != null) {
      listener.token(waiting, text + rest);
      waiting = null;
    }
  }
}
