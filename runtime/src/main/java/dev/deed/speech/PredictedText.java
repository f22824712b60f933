package dev.deed.speech;

import org.jspecify.annotations.Nullable;

/**
 * What a transcript is expected to be, and where in it the next window begins. It is looked for
 * where as many characters are behind as were said, by the last words that were said. Belongs to
 * one thread.
 */
final class PredictedText {
  /** Characters that a window is told of: more than its tokens spell. */
  private static final int WINDOW = 4096;

  /** Characters of the last words: enough to be found once. */
  private static final int LAST = 24;

  private static final int LEAST = 4;

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
    if (text == null) {
      return;
    }
    at = Math.min(text.length(), at + window.length());
    for (int length = Math.min(LAST, window.length()); length >= LEAST; length /= 2) {
      String words = window.substring(window.length() - length);
      int expected = at - length;
      int behind = text.lastIndexOf(words, expected);
      int ahead = text.indexOf(words, Math.max(0, expected));
      int nearest =
          ahead < 0 || (behind >= 0 && expected - behind < ahead - expected) ? behind : ahead;
      if (nearest >= 0 && Math.abs(nearest - expected) <= WINDOW) {
        at = nearest + length;
        return;
      }
    }
  }
}
