package dev.deed.data.generate;

import dev.deed.Generation;
import dev.deed.data.ParsedLine;

/** What became of a line. */
public sealed interface LineResult {
  /** The line as it was read. */
  ParsedLine line();

  /** It was decoded. */
  record Decoded(ParsedLine line, Generation generation) implements LineResult {}

  /**
   * It could not be: the line is malformed, does not suit the model, takes more memory than there
   * is, or met an error of ours.
   */
  record Refused(ParsedLine line, Throwable error) implements LineResult {}
}
