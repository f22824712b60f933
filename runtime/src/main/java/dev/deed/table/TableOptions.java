package dev.deed.table;

import dev.deed.GenerationOptions;
import java.util.Objects;

/**
 * How tables are read. Immutable.
 *
 * @param generation exits, drafts and limits of the tags; texts of languages have no tags
 * @param emptyCells whether what Docling loses stays: cells without words, with their rows and
 *     columns, and the last tag of an answer that the limit cuts off
 * @param grammar whether tags are held to tables whose rows are as long as the first, whose spans
 *     are closed, and that end behind two rows of empty cells
 */
public record TableOptions(GenerationOptions generation, boolean emptyCells, boolean grammar) {
  /** Takes the values as they are. */
  public TableOptions {
    Objects.requireNonNull(generation, "generation");
  }

  /** {@return the model's own settings, and cells as Docling gives them} */
  public static TableOptions defaults() {
    return new TableOptions(GenerationOptions.defaults(), false, false);
  }

  /**
   * {@return the same options with other exits, drafts and limits}
   *
   * @param options how tags are generated
   */
  public TableOptions withGeneration(GenerationOptions options) {
    return new TableOptions(options, emptyCells, grammar);
  }

  /**
   * {@return the same options, with or without what Docling loses}
   *
   * @param stay see {@link #emptyCells}
   */
  public TableOptions withEmptyCells(boolean stay) {
    return new TableOptions(generation, stay, grammar);
  }

  /**
   * {@return the same options, with or without the grammar}
   *
   * @param holds see {@link #grammar}
   */
  public TableOptions withGrammar(boolean holds) {
    return new TableOptions(generation, emptyCells, holds);
  }
}
