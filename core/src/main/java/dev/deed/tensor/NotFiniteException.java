package dev.deed.tensor;

/** A weight is infinite or no number, which a precision of whole numbers cannot hold. */
public final class NotFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1;

  public NotFiniteException() {
    super("a weight is not finite, which int8 cannot hold");
  }
}
