package dev.deed.speech;

/**
 * A word of a transcript, with the punctuation beside it. Immutable.
 *
 * @param word without blanks around it; in a language that sets none between words, a character or
 *     a few
 * @param start where it begins, in seconds from the beginning of the recording
 * @param end where it ends, in seconds
 */
public record TranscriptWord(String word, double start, double end) {
  /** No word lasts longer; such a one was stretched over a pause or music. */
  private static final double LONGEST_SECONDS = 3;

  /** What openai-whisper leaves of such a word at most, in {@code add_word_timestamps}. */
  private static final double KEPT_SECONDS = 1.4;

  /** When a segment begins whose first word this is. */
  double latestStart() {
    return end - start > LONGEST_SECONDS ? end - KEPT_SECONDS : start;
  }

  /** When a segment ends whose last word this is. */
  double earliestEnd() {
    return end - start > LONGEST_SECONDS ? start + KEPT_SECONDS : end;
  }
}
