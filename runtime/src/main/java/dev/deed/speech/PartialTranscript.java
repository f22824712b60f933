package dev.deed.speech;

import java.util.List;

/**
 * What a transcription gave before it was stopped. Immutable.
 *
 * @param segments in the order of time
 * @param end where the last whole window ended
 */
public record PartialTranscript(List<TranscriptSegment> segments, WindowEnd end) {
  /** Copies the list. */
  public PartialTranscript {
    segments = List.copyOf(segments);
  }
}
