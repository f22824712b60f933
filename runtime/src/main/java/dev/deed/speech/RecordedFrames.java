package dev.deed.speech;

import dev.deed.Input;
import dev.deed.files.Interruption;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.sound.Spectrogram;
import dev.deed.processing.sound.Waveform;
import java.util.BitSet;
import java.util.List;

/**
 * The spectrogram of a recording, from which windows are cut, as Transformers cuts them: that of a
 * recording of a window or less is filled up with silence; that of a longer one is relative to the
 * loudest of all of it, and its last window is filled up with 0. Immutable.
 *
 * @param spectrogram of the whole recording
 * @param frames of it that the recording fills
 * @param windowFrames frames of a window
 * @param audible frames in which a sample is not silent
 * @param levels of the frames
 * @param seconds how long the recording is
 * @param missing as {@link Waveform#missing}
 */
record RecordedFrames(
    Spectrogram spectrogram,
    int frames,
    int windowFrames,
    BitSet audible,
    SoundLevels levels,
    double seconds,
    double missing) {
  /** Half of the least step of 16 bits: smaller samples are rounding errors around 0. */
  private static final float SILENT = 1f / (1 << 16);

  static RecordedFrames of(Waveform wave, LogMelProcessor processor, Interruption interruption) {
    float[] samples = wave.samples();
    boolean isShort = samples.length <= processor.samples();
    Spectrogram spectrogram =
        isShort ? processor.padded(samples, interruption) : processor.whole(samples, interruption);
    int frames =
        isShort
            ? Math.min(spectrogram.frames(), Math.ceilDiv(samples.length, processor.hop()))
            : spectrogram.frames();
    return new RecordedFrames(
        spectrogram,
        Math.max(1, frames),
        processor.samples() / processor.hop(),
        audible(samples, processor.hop()),
        new SoundLevels(samples, wave.rate(), processor.hop()),
        (double) samples.length / wave.rate(),
        wave.missing());
  }

  private static BitSet audible(float[] samples, int hop) {
    BitSet audible = new BitSet();
    for (int i = 0; i < samples.length; i++) {
      if (Math.abs(samples[i]) > SILENT) {
        audible.set(i / hop);
      }
    }
    return audible;
  }

  /** Frames of the recording in the window that begins at one. */
  int framesFrom(int frame) {
    return Math.min(windowFrames, frames - frame);
  }

  /** Whether nothing at all is heard in a window. */
  boolean isSilent(int frame) {
    int next = audible.nextSetBit(frame);
    return next < 0 || next >= frame + windowFrames;
  }

  /** What a model reads of the window that begins at a frame. */
  Input input(int frame) {
    List<Integer> shape = List.of(spectrogram.bins(), windowFrames);
    return Input.empty().withTensor("input_features", window(frame), shape);
  }

  /** [bins, window's frames]. */
  private float[] window(int frame) {
    int bins = spectrogram.bins();
    int all = spectrogram.frames();
    int count = Math.min(windowFrames, all - frame);
    float[] window = new float[bins * windowFrames];
    for (int bin = 0; bin < bins; bin++) {
      System.arraycopy(spectrogram.values(), bin * all + frame, window, bin * windowFrames, count);
    }
    return window;
  }
}
