package dev.deed;

import dev.deed.decode.StepListener;
import dev.deed.decode.StepResult;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.processing.tokenizer.Tokenizer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One input and how to answer it. Immutable, apart from its listener.
 *
 * @param input what the model reads
 * @param options how to generate
 * @param listener hears of the tokens of the answer
 */
public record Request(Input input, GenerationOptions options, TokenListener listener) {
  private static final TokenListener SILENT = (token, text) -> true;

  /**
   * Checks its arguments.
   *
   * @throws NullPointerException that names the argument, when one is null
   */
  public Request {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(listener, "listener");
  }

  /**
   * A request without a listener.
   *
   * @param input what the model reads
   * @param options how to generate
   * @throws NullPointerException that names the argument, when one is null
   */
  public Request(Input input, GenerationOptions options) {
    this(input, options, SILENT);
  }

  /**
   * {@return a request with the model's own exits and generation settings, without a listener}
   *
   * @param input what the model reads
   * @throws NullPointerException when the input is null
   */
  public static Request of(Input input) {
    return new Request(input, GenerationOptions.defaults());
  }

  /**
   * What a search tells its steps to: the listener hears of each token, with the text that it adds.
   *
   * @param tokenizer null where the folder holds none
   */
  StepListener listener(@Nullable Tokenizer tokenizer) {
    if (listener == SILENT) {
      return StepListener.none();
    }
    TextStream text = tokenizer == null ? null : tokenizer.stream(true);
    return new StepListener() {
      @Override
      public boolean token(int index, StepResult step) {
        return listener.token(
            Token.of(index, step, tokenizer), text == null ? "" : text.append(step.token()));
      }

      @Override
      public void end() {
        listener.end(text == null ? "" : text.finish());
      }
    };
  }
}
