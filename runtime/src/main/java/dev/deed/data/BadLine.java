package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;

/**
 * A line that is no valid input. Others may still be, so it is a value and no exception.
 *
 * @param number its number in the file, from 1
 * @param id its {@code id} where that could be read
 * @param error what is wrong, naming file, line and field
 */
public record BadLine(long number, @Nullable JsonNode id, InputException error)
    implements ParsedLine {
  @Override
  public InputLine orThrow() {
    throw error;
  }
}
