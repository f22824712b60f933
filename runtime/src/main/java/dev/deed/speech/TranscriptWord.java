package dev.deed.speech;

/**
 * A word of a transcript, with the punctuation beside it. Immutable.
 *
 * @param word without blanks around it; in a language that sets none between words, a character or
 *     a few
 * @param start where it begins, in seconds from the beginning of the recording
 * @param end where it ends, in seconds; both are NaN of a word of a known text that nobody says
 * @param probability of its tokens, on average, 0 to 1; NaN where nobody looked
 */
public record TranscriptWord(String word, double start, double end, double probability) {
  /** {@return whether it has times} */
  public boolean hasTimes() {
    return !Double.isNaN(start);
  }
}
