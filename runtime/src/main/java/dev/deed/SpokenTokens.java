package dev.deed;

import dev.deed.decode.StepListener;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.processing.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listener of a request of its tokens, with the text that each adds.
 *
 * @param tokenizer null where the folder holds none
 */
record SpokenTokens(@Nullable Tokenizer tokenizer, Request request) {
  /** What the search tells its steps to. */
  StepListener listener() {
    if (!request.hasListener()) {
      return StepListener.none();
    }
    TokenListener told = request.listener();
    TextStream stream = tokenizer == null ? null : tokenizer.stream(true);
    return new StepListener() {
      @Override
      public boolean token(int index, dev.deed.decode.StepResult step) {
        String text = stream == null ? "" : stream.append(step.token());
        return told.token(Token.of(index, step), text);
      }

      @Override
      public void end() {
        told.end(stream == null ? "" : stream.finish());
      }
    };
  }
}
