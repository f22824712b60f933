package dev.deed.processing.sound;

import java.util.List;

/**
 * How strong each bin of frequencies is over time, on a logarithmic scale.
 *
 * @param values {@code [bins, frames]}, row-major; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record Spectrogram(int bins, int frames, float[] values) {
  public List<Integer> shape() {
    return List.of(bins, frames);
  }
}
