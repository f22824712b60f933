package dev.deed.lab.rendering;

import java.util.random.RandomGenerator;

/** Pairs of brackets. */
enum Bracket {
  ROUND("(", ")"),
  SQUARE("[", "]"),
  BRACES("\\{", "\\}"),
  BARS("|", "|"),
  ANGLES("\\langle", "\\rangle");

  private static final double ROUND_SHARE = 0.72;
  private static final double SQUARE_SHARE = 0.88;
  private static final double BRACES_SHARE = 0.97;

  private final String open;
  private final String close;

  Bracket(String open, String close) {
    this.open = open;
    this.close = close;
  }

  /** Of an ordinary group. */
  static Bracket any(RandomGenerator random) {
    double at = random.nextDouble();
    if (at < ROUND_SHARE) {
      return ROUND;
    }
    return at < SQUARE_SHARE ? SQUARE : at < BRACES_SHARE ? BRACES : BARS;
  }

  String open() {
    return open;
  }

  String close() {
    return close;
  }

  /**
   * Whether there is one as high as what it holds. JLaTeXMath has such angles, but the JDK draws
   * one of their sizes as nothing.
   */
  boolean grows() {
    return this != ANGLES;
  }

  /** As high as what it holds. */
  String left() {
    return "\\left" + open;
  }

  String right() {
    return "\\right" + close;
  }
}
