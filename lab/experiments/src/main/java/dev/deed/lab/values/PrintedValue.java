package dev.deed.lab.values;

import java.util.Locale;

/**
 * A value as somebody wrote it, and as a program reads it.
 *
 * @param kind what it is
 * @param printed such as {@code 1.234,50 €}
 * @param canonical such as {@code 1234.50 EUR}
 */
record PrintedValue(Kind kind, String printed, String canonical) {
  /** Kinds of values. */
  enum Kind {
    /** A day, {@code 2024-03-12}. */
    DATE,
    /** A time of day, {@code 14:30}. */
    TIME,
    /** Money, {@code 1234.50 EUR}: as many decimals as the currency has, and its ISO code. */
    AMOUNT,
    /** A number with a unit, {@code 2.5 kg}. */
    QUANTITY,
    /** Any other number, {@code 12300}. */
    NUMBER;

    /** As it stands in texts and targets. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** As a target names it: {@code amount 1234.50 EUR}. */
  String target() {
    return kind.label() + " " + canonical;
  }
}
