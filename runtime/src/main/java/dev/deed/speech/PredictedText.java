package dev.deed.speech;

import org.jspecify.annotations.Nullable;

/**
 * What a transcript is expected to be, and where in it the next window begins: behind the last
 * words that were said, where these stand about as many characters on as were said. Belongs to one
 * thread.
 */
final class PredictedText {
  /** Characters that a window is told of: more than its tokens spell. */
  private static final int WINDOW = 4096;

  private static final int LAST_WORDS = 16;
  private static final int NEAR = 1024;

  private final @Nullable String text;
  private int at;

  PredictedText(@Nullable String text) {
    this.text = text;
  }

  /** What the next window is expected to say; null where nothing was predicted. */
  @Nullable String next() {
    return text == null
        ? null
        : text.substring(whole(text, at), whole(text, Math.min(text.length(), at + WINDOW)));
  }

  /** A place that parts no character. */
  private static int whole(String text, int place) {
    boolean parts = place < text.length() && Character.isLowSurrogate(text.charAt(place));
    return parts ? place + 1 : place;
  }

  /** Takes what a window said. */
  void said(String window) {
    if (text != null) {
      String words = window.substring(Math.max(0, window.length() - LAST_WORDS));
      int expected = Math.min(text.length(), at + window.length());
      int found = text.indexOf(words, Math.max(at, expected - NEAR - words.length()));
      at = found >= 0 && found <= expected + NEAR ? found + words.length() : expected;
    }
  }
}
