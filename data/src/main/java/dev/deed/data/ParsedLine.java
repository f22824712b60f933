package dev.deed.data;

/** One line of a JSON Lines file: an input, or what is wrong with the line. */
public sealed interface ParsedLine permits InputLine, BadLine {
  /** Its number in the file, from 1; blank lines count. */
  long number();

  /**
   * The input.
   *
   * @throws dev.deed.value.InputException when there is none
   */
  InputLine orThrow();
}
