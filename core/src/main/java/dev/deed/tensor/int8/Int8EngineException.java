package dev.deed.tensor.int8;

/** An {@link Int8Engine} cannot do what it was asked; the product is then computed without it. */
public class Int8EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Int8EngineException(String message) {
    super(message);
  }

  public Int8EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
