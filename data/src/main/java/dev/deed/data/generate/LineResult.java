package dev.deed.data.generate;

import dev.deed.Generation;
import dev.deed.checkpoint.InputException;
import dev.deed.data.ParsedLine;

/** What became of a line. */
public sealed interface LineResult {
  /** The line as it was read. */
  ParsedLine line();

  /** It was decoded. */
  record Decoded(ParsedLine line, Generation generation) implements LineResult {}

  /** It could not be: the line is malformed, or does not suit the model. */
  record Refused(ParsedLine line, InputException error) implements LineResult {}
}
