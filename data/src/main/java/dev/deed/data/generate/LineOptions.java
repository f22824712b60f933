package dev.deed.data.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.PolicyChoice;
import dev.deed.checkpoint.InputException;
import dev.deed.data.ExitSettings;
import dev.deed.data.InputLine;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.History;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to generate for lines that do not say otherwise. Immutable.
 *
 * @param policy when a step stops
 * @param exitLayers layers that may emit, from 1; null: all exits of the model
 * @param minLayer exits below it are passed by, from 1
 * @param history what later steps see of positions that stopped early
 * @param generation keys of {@code generation_config.json}; never changed here
 */
public record LineOptions(
    PolicyChoice policy,
    @Nullable List<Integer> exitLayers,
    int minLayer,
    History history,
    ObjectNode generation) {

  /**
   * The options of a line: its own settings, and these where it has none.
   *
   * @param own the model's own policy
   * @throws InputException when a policy cannot be resolved, see {@link PolicyChoice#resolve}
   */
  public GenerationOptions of(InputLine line, ExitPolicy own) {
    ObjectNode merged = generation.deepCopy();
    if (line.generation() != null) {
      merged.setAll(line.generation());
    }
    LineOptions exits = line.exits() == null ? this : overriddenBy(line.exits());
    return exits.withoutLine(own).withOverrides(merged);
  }

  /** The options of an input that is no line. */
  public GenerationOptions withoutLine(ExitPolicy own) {
    return GenerationOptions.defaults()
        .withPolicy(policy.resolve(own))
        .withExitLayers(exitLayers)
        .withMinLayer(minLayer)
        .withHistory(history)
        .withOverrides(generation);
  }

  private LineOptions overriddenBy(ExitSettings line) {
    return new LineOptions(
        policy.overriddenBy(new PolicyChoice(line.confidence(), line.threshold(), line.exitAt())),
        line.layers() == null ? exitLayers : line.layers(),
        line.minLayer() == null ? minLayer : line.minLayer(),
        line.history() == null ? history : history(line.history()),
        generation);
  }

  /**
   * The history of a name.
   *
   * @throws InputException when it is neither {@code jit} nor {@code copy}
   */
  public static History history(String name) {
    return switch (name) {
      case "jit" -> History.JIT;
      case "copy" -> History.COPY;
      default ->
          throw new InputException("history \"" + name + "\"", "is unknown", "use jit or copy");
    };
  }
}
