package dev.deed.speech;

import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a transcription is behind a window: what another one needs to go on from there. Immutable.
 *
 * @param channel of the recording, from 0; those before it are done
 * @param frame of the recording at which the next window begins, from 0
 * @param seconds how long the recording is
 * @param language code of the language that was stated or heard
 * @param previous tokens of the text that may stand before the next window; none where windows are
 *     not decoded behind earlier text
 * @param effort what decoding took so far
 * @param drafts what became of drafts so far; null where none were verified
 */
public record WindowEnd(
    int channel,
    int frame,
    double seconds,
    String language,
    List<Integer> previous,
    Effort effort,
    @Nullable Drafts drafts) {
  /** Copies the list. */
  public WindowEnd {
    previous = List.copyOf(previous);
  }
}
