package dev.deed.cli;

import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.Generation;
import dev.deed.Ticket;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Engines of commands, which nobody but the command asks. */
public final class JobEngine {
  private JobEngine() {}

  /**
   * An engine for the many requests that a page or a recording takes.
   *
   * @param rows that are decoded together
   */
  public static Engine of(EncoderDecoderModel model, int rows) {
    return model.engine(EngineOptions.defaults().withMaxRows(rows).withKnee(rows));
  }

  /**
   * An engine for lines, a request each. What a line asks for is its writer's to bound.
   *
   * @param together lines under way
   */
  public static Engine ofLines(EncoderDecoderModel model, int together) {
    return model.engine(
        EngineOptions.defaults()
            .withMaxRows(EngineOptions.MOST_ROWS)
            .withMaxWaiting(together)
            .withMemory(Long.MAX_VALUE)
            .withMaxPromptTokens(EngineOptions.MOST_PROMPT_TOKENS)
            .withMaxNewTokens(EngineOptions.MOST_NEW_TOKENS)
            .withKnee(together)
            // One at a time is fastest with all threads.
            .withTeams(together == 1 ? 1 : null));
  }

  /**
   * Hands each request over when the one before is answered: whoever asks writes an answer while
   * the next one is decoded. To be used by one thread.
   */
  public static Asker oneAfterTheOther(Engine engine) {
    Asker asker = Asker.of(engine);
    AtomicReference<@Nullable Ticket> last = new AtomicReference<>();
    return request -> {
      Ticket before = last.get();
      if (before != null) {
        try {
          Generation _ = before.await();
        } catch (RuntimeException e) {
          // Whoever asked gets it too.
        }
      }
      Ticket ticket = asker.ask(request);
      last.set(ticket);
      return ticket;
    };
  }
}
