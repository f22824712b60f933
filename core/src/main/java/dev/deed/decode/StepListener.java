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

  /** How many alternatives it wants with each token; see {@link StepResult}. */
  default int alternatives() {
    return 0;
  }

  /** The same listener, which wants {@code count} alternatives with each token. */
  default StepListener withAlternatives(int count) {
    return wanting(count, readsProbabilities());
  }

  /**
   * Whether it reads probabilities of tokens and confidences. Otherwise they may be estimates, and
   * are where that takes less time.
   */
  default boolean readsProbabilities() {
    return true;
  }

  /**
   * The same listener, which reads probabilities or does not.
   *
   * @param reads false: of each token nothing but itself, where it left, and alternatives
   */
  default StepListener withProbabilities(boolean reads) {
    return wanting(alternatives(), reads);
  }

  private StepListener wanting(int count, boolean reads) {
    return count == alternatives() && reads == readsProbabilities()
        ? this
        : new Wanting(this, count, reads);
  }

  /** A listener that wants something else of each token. */
  record Wanting(StepListener same, int alternatives, boolean readsProbabilities)
      implements StepListener {
    @Override
    public boolean token(int index, StepResult result) {
      return same.token(index, result);
    }

    @Override
    public void end() {
      same.end();
    }
  }

  /** No token follows. */
  default void end() {}

  /** Hears of the tokens of a sequence that is already whole. */
  default void replay(List<StepResult> steps) {
    for (int i = 0; i < steps.size() && token(i, steps.get(i)); i++) {}
    end();
  }

  /** A listener that wants everything and does nothing. */
  static StepListener none() {
    return (index, result) -> true;
  }
}
