package dev.deed.fuzz;

/** Regular expressions as tokenizers have them, and some that they should not have. */
final class PatternMaker {
  private static final int MOST_DEPTH = 3;

  private final Choices choices;

  PatternMaker(Choices choices) {
    this.choices = choices;
  }

  String make() {
    return alternatives(0);
  }

  private String alternatives(int depth) {
    StringBuilder pattern = new StringBuilder(row(depth));
    for (int i = choices.below(4); i > 1; i--) {
      pattern.append('|').append(row(depth));
    }
    return pattern.toString();
  }

  private String row(int depth) {
    StringBuilder row = new StringBuilder();
    for (int i = choices.below(4); i >= 0; i--) {
      if (choices.below(8) == 1) {
        row.append(choices.of("\\b", "^", "$", "(?!\\S)", "(?=a)", "(?<!b)"));
      }
      row.append(item(depth)).append(times());
    }
    return row.toString();
  }

  private String item(int depth) {
    if (depth < MOST_DEPTH && choices.below(5) == 1) {
      String opening = choices.of("(", "(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<!", "(?>");
      return opening + alternatives(depth + 1) + ")";
    }
    return choices.of(
        "a",
        "b",
        " ",
        "é",
        "ß",
        "▁",
        "🎉",
        ".",
        "\\s",
        "\\S",
        "\\w",
        "\\d",
        "\\p{L}",
        "\\P{N}",
        "[ab]",
        "[^a]",
        "[^\\s\\p{L}]",
        "[a-z&&[^b]]",
        "[[:alpha:]]",
        "\\n",
        "\\x{301}",
        "\\1",
        "\\b",
        "^",
        "$",
        "\\R",
        "\\X",
        "\\h");
  }

  private String times() {
    return choices.of("", "", "", "?", "+", "*", "{2}", "{1,3}", "{2,}", "{,2}", "+?", "*+", "??");
  }
}
