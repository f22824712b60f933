package dev.deed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.decode.StepListener;
import org.jspecify.annotations.Nullable;

/**
 * How to generate. Immutable; what is null is the model's own.
 *
 * @param exits when a step stops; full depth for a plain model
 * @param overrides keys of {@code generation_config.json} that override the folder's; a JSON null
 *     switches a default off. docs/generation.md lists them
 * @param listener told of every token of the answer: as it is emitted, and its answer can stop the
 *     generation, or all together in the end where several sequences are decoded
 */
public record GenerationOptions(
    ExitSettings exits, @Nullable ObjectNode overrides, StepListener listener) {
  /** The model's own exits and generation defaults. */
  public static GenerationOptions defaults() {
    return new GenerationOptions(ExitSettings.own(), null, StepListener.none());
  }

  public GenerationOptions withExits(ExitSettings other) {
    return new GenerationOptions(other, overrides, listener);
  }

  public GenerationOptions withOverrides(@Nullable ObjectNode settings) {
    return new GenerationOptions(exits, settings, listener);
  }

  public GenerationOptions withListener(StepListener other) {
    return new GenerationOptions(exits, overrides, other);
  }
}
