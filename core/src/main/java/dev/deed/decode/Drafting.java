package dev.deed.decode;

/**
 * How many drafts wait for a verification.
 *
 * @param most 1 or more; 0: as many as pay, by how many were kept so far
 */
public record Drafting(int most) {
  public Drafting {
    if (most < 0) {
      throw new IllegalArgumentException("drafts " + most);
    }
  }
}
