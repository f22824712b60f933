package dev.deed.data;

import dev.deed.checkpoint.BadInputException;

/** A field of an input has a value that it cannot have. */
public final class BadFieldException extends BadInputException {
  private final String field;

  BadFieldException(String origin, String field, String why) {
    super(origin + ", field " + field, why, "correct the field or leave it out");
    this.field = field;
  }

  /** Its name, with the names of the objects that it is in: {@code exits.threshold}. */
  public String field() {
    return field;
  }
}
