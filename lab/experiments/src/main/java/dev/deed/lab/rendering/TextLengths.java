package dev.deed.lab.rendering;

import dev.deed.value.InputException;

/**
 * How long texts are that are set.
 *
 * @param least characters, 1…{@link #LONGEST_LEAST}
 * @param most characters, {@code least}…{@link #LIMIT}
 */
public record TextLengths(int least, int most) {
  /** Characters of the longest text that is set. */
  public static final int LIMIT = 200;

  /** Characters that texts can be asked to have at least; receipts may have none so long. */
  public static final int LONGEST_LEAST = 40;

  /**
   * @throws InputException when a length is out of range
   */
  public TextLengths {
    InputException.require(
        most >= 1 && most <= LIMIT, "most characters", "is " + most, "give 1 to " + LIMIT);
    int largest = Math.min(LONGEST_LEAST, most);
    InputException.require(
        least >= 1 && least <= largest,
        "least characters",
        "is " + least,
        "give 1 to " + largest + ", and no more than the most");
  }

  boolean allow(String text) {
    return text.length() >= least && text.length() <= most;
  }
}
