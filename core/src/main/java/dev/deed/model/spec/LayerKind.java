package dev.deed.model.spec;

import dev.deed.tensor.AttentionWindow;
import org.jspecify.annotations.Nullable;

/**
 * What may set the self-attention of one layer apart from that of others.
 *
 * @param rotary null where queries and keys stay as they are projected
 * @param window null where all positions are seen
 */
public record LayerKind(@Nullable RotarySpec rotary, @Nullable Window window) {
  /** Attention to all positions, of which it knows nothing. */
  public static final LayerKind PLAIN = new LayerKind(null, null);

  /**
   * A window around each position that slides with it (Beltagy et al. 2020, arXiv 2004.05150).
   *
   * @param before positions seen in front of it
   * @param after positions seen behind it; in a decoder none are anyway
   */
  public record Window(int before, int after) {
    /** What rows see that have the positions from {@code position} on. */
    public AttentionWindow from(int position) {
      return new AttentionWindow(position, 1, before, after);
    }
  }
}
