package dev.deed.model;

import dev.deed.tensor.NotFiniteException;
import dev.deed.tensor.ScreeningMatrix;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The int8 copy of a head that finds its largest logit faster, made when it is first asked for.
 * Safe for use from many threads.
 */
public final class TwoStageHead {
  public enum Use {
    /** Every step, whose probabilities then are estimates. */
    EVERY_STEP,
    /** Steps of which the token and its exit alone count: drafts, and answers without scores. */
    TOKENS,
    NONE
  }

  /** Heads of fewer weights lie in a processor's caches, where a copy saves nothing. */
  private static final long LEAST_WEIGHTS = 4L << 20;

  private final WeightMatrix head;
  private final Use use;
  private final Arena memory;
  private boolean made;
  private @Nullable ScreeningMatrix copy;

  private TwoStageHead(WeightMatrix head, Use use, Arena memory) {
    this.head = head;
    this.use = use;
    this.memory = memory;
  }

  /**
   * For steps of which nothing but the token and its exit counts; null where it saves nothing. The
   * copy is made for the first of them.
   */
  static @Nullable TwoStageHead ofTokens(WeightMatrix head, Arena memory) {
    return pays(head) ? new TwoStageHead(head, Use.TOKENS, memory) : null;
  }

  /** Whether an int8 copy is read in less time than a head. */
  static boolean pays(WeightMatrix head) {
    boolean wide =
        head.precision() == WeightPrecision.FP32 || head.precision() == WeightPrecision.BF16;
    return wide && (long) head.outputs() * head.inputs() >= LEAST_WEIGHTS;
  }

  /**
   * Of a head of any size; the copy is made at once.
   *
   * @param use where every step asks it, probabilities are estimates
   * @param memory where the copy is to lie
   * @throws dev.deed.tensor.NotFiniteException when a weight is not finite
   */
  static TwoStageHead of(WeightMatrix head, Use use, Arena memory) {
    TwoStageHead screen = new TwoStageHead(head, use, memory);
    screen.copy = screen.made();
    screen.made = true;
    return screen;
  }

  /** Whether every step asks it, or those alone of which the token and its exit count. */
  public boolean isForAll() {
    return use == Use.EVERY_STEP;
  }

  /** The copy; null where there can be none: a weight is not finite, or there is no room. */
  public synchronized @Nullable ScreeningMatrix copy() {
    if (!made) {
      made = true;
      try {
        copy = made();
      } catch (NotFiniteException | OutOfMemoryError e) {
        // The head itself answers the same: that there is no room, or scores that are no numbers.
        copy = null;
      }
    }
    return copy;
  }

  private ScreeningMatrix made() {
    return ScreeningMatrix.of(head, KernelChoice.packing(), KernelChoice.kernels(), memory);
  }
}
