package dev.deed.decode;

import java.util.List;

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

  /** No token follows. */
  default void end() {}

  /** Tells of the tokens of a sequence that is already whole. */
  default void tellAll(List<StepResult> steps) {
    for (int i = 0; i < steps.size() && token(i, steps.get(i)); i++) {}
    end();
  }

  /** A listener that wants everything and does nothing. */
  static StepListener none() {
    return (index, result) -> true;
  }
}
