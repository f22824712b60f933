package dev.deed.data;

import dev.deed.value.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the examples of a data set one after the other; the first line without a target or
 * otherwise wrong ends it. Belongs to one thread.
 */
public record ExampleReader(Path file, InputReader lines) implements AutoCloseable {
  /**
   * Opens a JSON Lines file.
   *
   * @throws InputException when it cannot be read
   */
  public static ExampleReader open(Path file) {
    return new ExampleReader(file, InputReader.open(file));
  }

  /**
   * The next example, {@code null} after the last.
   *
   * @throws InputException when the line is malformed, has a field of a wrong type or no target
   */
  public @Nullable Example next() {
    ParsedLine line = lines.next();
    if (line == null) {
      return null;
    }
    InputLine input = line.orThrow();
    if (input.target() == null) {
      throw new InputException(
          file + ", line " + input.number(),
          "has no target",
          "give every line of a data set a \"target\" or \"targets\"");
    }
    return new Example(input, input.target(), input.targets());
  }

  @Override
  public void close() {
    lines.close();
  }
}
