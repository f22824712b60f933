package dev.deed.decode;

/** Hears of tokens as they are emitted. Called by the decoding thread. */
@FunctionalInterface
public interface StepListener {
  /**
   * A token was emitted.
   *
   * @param index its number, from 0
   * @return false to stop the sequence after it
   */
  boolean token(int index, StepResult result);

  /** A listener that wants everything and does nothing. */
  static StepListener none() {
    return (index, result) -> true;
  }
}
