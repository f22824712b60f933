package dev.deed.cli.options;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;

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
}
