package dev.deed.speech;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The windows of a channel of a recording, one after the other. */
sealed interface RecordingWindows permits ChannelWindows, TextWindows {
  /** Adds what a window gives, and says how many frames behind it the next begins. */
  int window(int seek, List<TranscriptSegment> into);

  /** What the model was asked last, and what it said; null where that is nothing to prove. */
  default TranscriptionListener.@Nullable Window newest() {
    return null;
  }
}
