package dev.deed.lab.copying;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws texts of single lines: of made-up receipts, and real ones {@link Disguise disguised}. Safe
 * for many threads.
 *
 * @param real texts of real lines; half of what is drawn comes from them unless there are none
 */
public record ReceiptTexts(List<String> real) {
  private static final double SHARE_OF_REAL = 0.5;

  public ReceiptTexts {
    real = List.copyOf(real);
  }

  /**
   * A text that is not blank; the same for the same state of the generator. The longer of two,
   * since most lines of a receipt are numbers of few digits.
   */
  public String draw(RandomGenerator random) {
    String one = one(random);
    String other = one(random);
    return one.length() >= other.length() ? one : other;
  }

  private String one(RandomGenerator random) {
    if (!real.isEmpty() && random.nextDouble() < SHARE_OF_REAL) {
      return Disguise.of(real.get(random.nextInt(real.size())), random);
    }
    var entries = MadeUpReceipts.draw(random).page().entries();
    return entries.get(random.nextInt(entries.size())).text();
  }
}
