package dev.deed.speech;

import java.util.List;

/**
 * Hears how far a transcription is. It is called by the thread that transcribes. What it throws
 * ends the transcription and reaches the caller.
 */
@FunctionalInterface
public interface TranscriptionListener {
  /**
   * A window of the recording was transcribed.
   *
   * @param progress what it gave, and how far the recording is done
   * @return true to go on; false to stop, with a {@link java.util.concurrent.CancellationException}
   */
  boolean window(Progress progress);

  /**
   * How far a recording is done. Immutable.
   *
   * @param segments what the window gave; none where it holds silence. Of split channels the first
   *     is transcribed first
   * @param language code of the language, such as {@code en}
   * @param doneSeconds up to where the recording was transcribed; of split channels on average
   * @param totalSeconds how long it is
   * @param end where a later transcription could go on
   */
  record Progress(
      List<TranscriptSegment> segments,
      String language,
      double doneSeconds,
      double totalSeconds,
      WindowEnd end) {
    /** Copies the list. */
    public Progress {
      segments = List.copyOf(segments);
    }
  }
}
