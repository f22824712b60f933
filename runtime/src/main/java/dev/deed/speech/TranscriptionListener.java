package dev.deed.speech;

import dev.deed.Generation;
import dev.deed.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @param window what the model was asked and what it said; null where nothing was said
   */
  record Progress(
      List<TranscriptSegment> segments,
      String language,
      double doneSeconds,
      double totalSeconds,
      WindowEnd end,
      @Nullable Window window) {
    /** Copies the list. */
    public Progress {
      segments = List.copyOf(segments);
    }
  }

  /**
   * A window of a recording that was decoded. What {@link dev.deed.Proof#receipt} makes of request
   * and answer proves it; {@link Transcriber#window} gives its input again. Immutable.
   *
   * @param channel of a recording whose channels are split; else null
   * @param seek the frame at which it begins, {@link TranscriptSegment#seek}
   * @param frames of the recording that are in it
   * @param positions of the encoder that it took, see {@link TranscriptionOptions#audioContext}
   * @param request what the model was asked last, the decoder's prefix included
   * @param answer what it said
   */
  record Window(
      @Nullable Integer channel,
      int seek,
      int frames,
      int positions,
      Request request,
      Generation answer) {}
}
