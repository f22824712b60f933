package dev.deed.evaluation.metrics;

import java.util.List;
import java.util.regex.Pattern;

/** The tokenizer of NIST's mteval-v13a script as sacreBLEU has it, its default. */
final class Mteval13a {
  /** ASCII signs but comma, dash, point and apostrophe. */
  private static final Pattern SIGNS = Pattern.compile("([{-~\\[-` -&(-+:-@/])");

  private static final Pattern POINT_AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
  private static final Pattern POINT_BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  private Mteval13a() {}

  static List<String> tokens(String text) {
    String line =
        Words.withoutTrailingSpace(text)
            .replace("<skipped>", "")
            .replace("-\n", "")
            .replace('\n', ' ')
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    line = SIGNS.matcher(" " + line + " ").replaceAll(" $1 ");
    line = POINT_AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
    line = POINT_BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
    line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
    return Words.of(line);
  }
}
