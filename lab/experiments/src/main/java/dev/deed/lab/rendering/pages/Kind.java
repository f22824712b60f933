package dev.deed.lab.rendering.pages;

import java.util.List;

/** What stands on cards. */
enum Kind {
  BUTTON("button", "buttons", true, List.of(Look.ROUND, Look.SQUARE), new Size(34, 80, 16, 26)),
  FIELD("text field", "text fields", false, List.of(), new Size(44, 120, 15, 22)),
  CHECK_BOX(
      "check box", "check boxes", true, List.of(Look.TICKED, Look.EMPTY), new Size(13, 19, 0, 0)),
  STAR("star", "stars", true, List.of(), new Size(15, 26, 0, 0)),
  CIRCLE("circle", "circles", true, List.of(), new Size(13, 24, 0, 0)),
  TRIANGLE("triangle", "triangles", true, List.of(), new Size(14, 25, 0, 0)),
  BADGE("badge", "badges", true, List.of(), new Size(18, 28, 12, 15)),
  BAR("bar", "bars", true, List.of(), new Size(44, 140, 9, 14)),
  HEADING("heading", "headings", false, List.of(), new Size(0, 0, 0, 0));

  private final String word;
  private final String plural;
  private final boolean coloured;
  private final List<Look> looks;
  private final Size size;

  /**
   * In pixels.
   *
   * @param mostHeight 0: as high as it is wide
   */
  private record Size(int leastWidth, int mostWidth, int leastHeight, int mostHeight) {}

  Kind(String word, String plural, boolean coloured, List<Look> looks, Size size) {
    this.word = word;
    this.plural = plural;
    this.coloured = coloured;
    this.looks = looks;
    this.size = size;
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
    return size.leastWidth;
  }

  int mostWidth() {
    return size.mostWidth;
  }

  /** Whether it is as high as it is wide. */
  boolean square() {
    return size.mostHeight == 0;
  }

  int leastHeight() {
    return size.leastHeight;
  }

  int mostHeight() {
    return size.mostHeight;
  }
}
