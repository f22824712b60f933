package dev.deed.processing.tokenizer.training;

import java.util.Comparator;

/**
 * Order of strings by code point, which is the order of their UTF-8 bytes; Java's own goes by
 * UTF-16 units.
 */
final class CodePoints {
  static final Comparator<String> ORDER =
      (a, b) -> {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
          i++;
        }
        if (i == a.length() || i == b.length()) {
          return Integer.compare(a.length(), b.length());
        }
        if (i > 0 && Character.isHighSurrogate(a.charAt(i - 1))) {
          i--;
        }
        return Integer.compare(a.codePointAt(i), b.codePointAt(i));
      };

  private CodePoints() {}
}
