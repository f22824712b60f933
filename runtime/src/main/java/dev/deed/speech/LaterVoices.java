package dev.deed.speech;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.Waveform;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * In which frames of a recording that is heard as a whole somebody speaks: looked for when it is
 * first asked, as most such recordings have words enough. Safe for use from many threads.
 */
final class LaterVoices {
  private final Waveform wave;
  private final int hop;
  private final double threshold;
  private @Nullable BitSet found;

  /**
   * @param wave all of the recording
   * @param hop samples of a frame
   * @param threshold from this probability on somebody speaks
   */
  LaterVoices(Waveform wave, int hop, double threshold) {
    this.wave = wave;
    this.hop = hop;
    this.threshold = threshold;
  }

  /** Bytes of memory of the samples that are kept. */
  long bytes() {
    return (long) Float.BYTES * wave.samples().length;
  }

  /** Never changed. */
  synchronized BitSet frames() {
    BitSet known = found;
    if (known == null) {
      float[] sound = RecordedFrames.resampled(wave, Interruption.OF_THREAD);
      float[] voices = VoiceNetwork.shipped().probabilities(sound, Interruption.OF_THREAD);
      double frame = (double) hop * VoiceNetwork.RATE / wave.rate();
      known = new BitSet();
      for (int i = 0; i < Math.ceilDiv(wave.samples().length, hop); i++) {
        int window = (int) ((i + 0.5) * frame / VoiceNetwork.WINDOW);
        known.set(i, voices[Math.min(window, voices.length - 1)] >= threshold);
      }
      found = known;
    }
    return known;
  }
}
