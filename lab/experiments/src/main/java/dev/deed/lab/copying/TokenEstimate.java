package dev.deed.lab.copying;

/**
 * About how many tokens a text becomes with a small vocabulary of our own and single digits: one
 * for each digit and mark, one for two letters. No tokenizer is known when data are made.
 */
final class TokenEstimate {
  private TokenEstimate() {}

  static int of(String text) {
    int tokens = 0;
    int letters = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLetter(c)) {
        letters++;
        tokens += letters % 2;
      } else {
        letters = 0;
        tokens += Character.isWhitespace(c) ? 0 : 1;
      }
    }
    return tokens;
  }
}
