package dev.deed.data.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ExitSettings;
import dev.deed.GenerationOptions;
import dev.deed.data.InputLine;
import dev.deed.data.JsonValues;

/**
 * How to generate for lines that do not say otherwise. Immutable.
 *
 * @param exits when a step stops
 * @param generation keys of {@code generation_config.json}; never changed here
 */
public record LineOptions(ExitSettings exits, ObjectNode generation) {
  /** The options of a line: its own settings, and these where it has none. */
  public GenerationOptions of(InputLine line) {
    ObjectNode merged = generation.deepCopy();
    if (line.generation() != null) {
      merged.setAll(line.generation());
    }
    ExitSettings own = line.exits() == null ? exits : exits.overriddenBy(line.exits());
    return GenerationOptions.defaults().exits(own).settings(JsonValues.of(merged));
  }

  /** The options of an input that is no line. */
  public GenerationOptions withoutLine() {
    return GenerationOptions.defaults().exits(exits).settings(JsonValues.of(generation));
  }
}
