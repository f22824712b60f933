package dev.deed.model.spec;

/**
 * Rotary positions (Su et al. 2021, arXiv 2104.09864): pairs of values of each query and key are
 * turned by angles that grow with the position.
 *
 * @param width values of a head that turn, its first ones: an even number
 * @param interleaved whether pairs are neighbours {@code (2i, 2i + 1)}; else {@code (i, i + width /
 *     2)}
 * @param base pair i turns by {@code base^(−2i / steps)} a position
 * @param factor by which positions are divided; 1 for none
 * @param steps the width, or one less
 */
public record RotarySpec(int width, boolean interleaved, double base, double factor, int steps) {
  /** Positions whose exponent counts the whole width. */
  public RotarySpec(int width, boolean interleaved, double base, double factor) {
    this(width, interleaved, base, factor, width);
  }
}
