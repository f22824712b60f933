package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One line of a JSON Lines file: an input, or what is wrong with the line. */
public sealed interface ParsedLine permits InputLine, BadLine {
  /** Its number in the file, from 1; blank lines count. */
  long number();

  /** Its {@code id}; null where it has none, or none that could be read. */
  @Nullable JsonNode id();

  /**
   * The input.
   *
   * @throws dev.deed.value.InputException when there is none
   */
  InputLine orThrow();
}
