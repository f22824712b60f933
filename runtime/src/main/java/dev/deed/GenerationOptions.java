package dev.deed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.History;
import dev.deed.decode.StepListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to generate. Immutable; what is null is the model's own.
 *
 * @param policy when a step stops; null: the model's own, full depth for a plain model
 * @param exitLayers 1-based layers that may emit; null: all exits of the model
 * @param minLayer exits below it are passed by
 * @param history what later steps see of positions that stopped early
 * @param overrides keys of {@code generation_config.json} that override the folder's; a JSON null
 *     switches a default off. docs/generation.md lists them
 * @param listener told of every token of the answer: as it is emitted, and its answer can stop the
 *     generation, or all together in the end where several sequences are decoded
 */
public record GenerationOptions(
    @Nullable ExitPolicy policy,
    @Nullable List<Integer> exitLayers,
    int minLayer,
    History history,
    @Nullable ObjectNode overrides,
    StepListener listener) {
  /** The model's own policy and generation defaults. */
  public static GenerationOptions defaults() {
    return new GenerationOptions(null, null, 1, History.JIT, null, StepListener.none());
  }

  public GenerationOptions withPolicy(@Nullable ExitPolicy other) {
    return new GenerationOptions(other, exitLayers, minLayer, history, overrides, listener);
  }

  public GenerationOptions withExitLayers(@Nullable List<Integer> layers) {
    return new GenerationOptions(policy, layers, minLayer, history, overrides, listener);
  }

  public GenerationOptions withMinLayer(int layer) {
    return new GenerationOptions(policy, exitLayers, layer, history, overrides, listener);
  }

  public GenerationOptions withHistory(History other) {
    return new GenerationOptions(policy, exitLayers, minLayer, other, overrides, listener);
  }

  public GenerationOptions withOverrides(@Nullable ObjectNode settings) {
    return new GenerationOptions(policy, exitLayers, minLayer, history, settings, listener);
  }

  public GenerationOptions withListener(StepListener other) {
    return new GenerationOptions(policy, exitLayers, minLayer, history, overrides, other);
  }
}
