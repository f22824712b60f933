package dev.deed.data;

import org.jspecify.annotations.Nullable;

/** Gives lines one after the other. Belongs to one thread. */
@FunctionalInterface
public interface LineReader extends AutoCloseable {
  /**
   * The next line, {@code null} after the last.
   *
   * @throws dev.deed.value.InputException when no more can be read
   */
  @Nullable ParsedLine next();

  @Override
  default void close() {}
}
