package dev.deed.experiments.rendering.pages;

import java.util.List;

/** What stands on cards. */
enum Kind {
  BUTTON("button", "buttons", true, List.of(Look.ROUND, Look.SQUARE), 34, 80, 16, 26),
  FIELD("text field", "text fields", false, List.of(), 44, 120, 15, 22),
  CHECK_BOX("check box", "check boxes", true, List.of(Look.TICKED, Look.EMPTY), 13, 19, 0, 0),
  STAR("star", "stars", true, List.of(), 15, 26, 0, 0),
  CIRCLE("circle", "circles", true, List.of(), 13, 24, 0, 0),
  TRIANGLE("triangle", "triangles", true, List.of(), 14, 25, 0, 0),
  BADGE("badge", "badges", true, List.of(), 18, 28, 12, 15),
  BAR("bar", "bars", true, List.of(), 44, 140, 9, 14),
  HEADING("heading", "headings", false, List.of(), 0, 0, 0, 0);

  private final String word;
  private final String plural;
  private final boolean coloured;
  private final List<Look> looks;
  private final int leastWidth;
  private final int mostWidth;
  private final int leastHeight;
  private final int mostHeight;

  Kind(
      String word,
      String plural,
      boolean coloured,
      List<Look> looks,
      int leastWidth,
      int mostWidth,
      int leastHeight,
      int mostHeight) {
    this.word = word;
    this.plural = plural;
    this.coloured = coloured;
    this.looks = looks;
    this.leastWidth = leastWidth;
    this.mostWidth = mostWidth;
    this.leastHeight = leastHeight;
    this.mostHeight = mostHeight;
  }

  String word() {
    return word;
  }

  String plural() {
    return plural;
  }

  /** Whether its elements have one of the colours that have a name. */
  boolean coloured() {
    return coloured;
  }

  /** Looks that it can have; none for most. */
  List<Look> looks() {
    return looks;
  }

  int leastWidth() {
    return leastWidth;
  }

  int mostWidth() {
    return mostWidth;
  }

  /** Whether it is as high as it is wide. */
  boolean square() {
    return mostHeight == 0;
  }

  int leastHeight() {
    return leastHeight;
  }

  int mostHeight() {
    return mostHeight;
  }
}
