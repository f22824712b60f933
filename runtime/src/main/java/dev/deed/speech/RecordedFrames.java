package dev.deed.speech;

import dev.deed.Input;
import dev.deed.files.Interruption;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Spectrogram;
import dev.deed.processing.sound.Waveform;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The spectrogram of what is spoken in a recording, or of all of it, from which windows are cut, as
 * Transformers cuts them: that of a window or less is filled up with silence; that of more is
 * relative to the loudest of all of it. Windows that end in a pause are filled up with silence:
 * behind other numbers Whisper writes one sentence of many. Immutable.
 *
 * @param spectrogram of the frames that are listened to
 * @param spoken which of the recording's frames these are
 * @param windowFrames frames of a window
 * @param heard those in which somebody speaks; where voices were not looked for, those in which a
 *     sample is not silent
 * @param knowsVoices whether voices were looked for
 * @param silence what a window that ends in a pause is filled up with
 * @param end the same of the last window: Transformers' 0 where the recording is heard as a whole
 * @param later finds voices where they are asked for later; null: they are known, or not wanted
 * @param seconds how long the recording is
 * @param missing as {@link Waveform#missing}
 */
record RecordedFrames(
    Spectrogram spectrogram,
    SpokenFrames spoken,
    int windowFrames,
    BitSet heard,
    boolean knowsVoices,
    float silence,
    float end,
    @Nullable LaterVoices later,
    double seconds,
    double missing) {
  /** Log-mel of silence lies this far below the loudest of a recording. */
  private static final float RANGE = 2;

  /** Half of the least step of 16 bits: smaller samples are rounding errors around 0. */
  private static final float SILENT = 1f / (1 << 16);

  /** The part of a window in which it may end in a pause: its last third. */
  private static final int SHARE_OF_END = 3;

  /** Of a window's positions the encoder reads this share at least: answers to fewer may loop. */
  private static final double LEAST_CONTEXT = 0.4;

  /**
   * @param activity when somebody speaks; null: all of the recording is listened to
   */
  static RecordedFrames of(
      Waveform wave,
      LogMelProcessor processor,
      @Nullable VoiceActivity activity,
      Interruption interruption) {
    float[] samples = wave.samples();
    VoiceActivity voice =
        activity != null && activity.isFor(samples.length, wave.rate()) ? activity : null;
    int hop = processor.hop();
    int all = Math.ceilDiv(samples.length, hop);
    SpokenFrames spoken;
    BitSet heard;
    LaterVoices later = null;
    if (voice == null) {
      spoken = SpokenFrames.whole(all);
      heard = audible(samples, hop);
      if (activity != null) {
        later = new LaterVoices(wave, hop, activity.lowerThreshold());
      }
    } else {
      double frame = (double) hop * VoiceNetwork.RATE / wave.rate();
      float[] sound = resampled(wave, interruption);
      float[] voices = VoiceNetwork.shipped().probabilities(sound, interruption);
      int padding = (int) (voice.paddingMs() / 1000.0 * wave.rate() / hop);
      spoken = SpokenFrames.of(voice.stretches(voices, sound.length), frame, all, padding);
      heard = new BitSet();
      for (int i = 0; i < spoken.frames(); i++) {
        int window = (int) ((spoken.inRecording(i) + 0.5) * frame / VoiceNetwork.WINDOW);
        heard.set(i, voices[Math.min(window, voices.length - 1)] >= voice.lowerThreshold());
      }
      samples = spoken.of(samples, hop);
    }
    Spectrogram spectrogram = spectrogram(samples, processor, interruption);
    float silence = silence(spectrogram);
    return new RecordedFrames(
        spectrogram,
        spoken,
        processor.samples() / hop,
        heard,
        voice != null,
        silence,
        voice == null ? 0 : silence,
        later,
        (double) wave.samples().length / wave.rate(),
        wave.missing());
  }

  private static Spectrogram spectrogram(
      float[] samples, LogMelProcessor processor, Interruption interruption) {
    if (samples.length == 0) {
      return new Spectrogram(processor.bins(), 0, samples);
    }
    return samples.length <= processor.samples()
        ? processor.padded(samples, interruption)
        : processor.whole(samples, interruption);
  }

  private static float silence(Spectrogram spectrogram) {
    float loudest = 0;
    for (float value : spectrogram.values()) {
      loudest = Math.max(loudest, value);
    }
    return loudest - RANGE;
  }

  /** The same frames with voices known, where they may be. */
  RecordedFrames byVoices() {
    return later == null
        ? this
        : new RecordedFrames(
            spectrogram,
            spoken,
            windowFrames,
            later.frames(),
            true,
            silence,
            end,
            null,
            seconds,
            missing);
  }

  static float[] resampled(Waveform wave, Interruption interruption) {
    if (wave.rate() == VoiceNetwork.RATE) {
      return wave.samples();
    }
    SoundLimits any = new SoundLimits(1, Integer.MAX_VALUE, Long.MAX_VALUE);
    return new SoundReader(VoiceNetwork.RATE, any, interruption)
        .resample(wave.samples(), wave.rate())
        .samples();
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

  /** Frames that are listened to; the last, where it is not full, counts in a short one alone. */
  int frames() {
    return Math.min(spoken.frames(), spectrogram.frames());
  }

  /** Bytes of memory that it takes. */
  long bytes() {
    return (long) Float.BYTES * spectrogram.values().length + (later == null ? 0 : later.bytes());
  }

  /**
   * Frames in the window that begins at one: where there are more than it holds, and voices are
   * known, it ends in the middle of the longest pause of its last third.
   *
   * @param limit frames that it holds
   */
  int framesFrom(int frame, int limit) {
    int most = Math.min(limit, frames() - frame);
    return most == frames() - frame || !knowsVoices ? most : pause(frame, most);
  }

  private int pause(int frame, int most) {
    int longest = 0;
    int middle = most;
    int from = heard.nextClearBit(frame + most - most / SHARE_OF_END);
    while (from < frame + most) {
      int next = heard.nextSetBit(from);
      int end = next < 0 ? frame + most : Math.min(next, frame + most);
      if (end - from >= longest) {
        longest = end - from;
        middle = (from + end) / 2 - frame;
      }
      from = heard.nextClearBit(end);
    }
    return middle;
  }

  /**
   * Where speech goes on that an answer left out, which ends at a frame: in the pause behind it, if
   * a second or more of a window of 30 s is spoken between that and the window's end; else there.
   */
  int rest(int frame, int windowEnd) {
    int pause = heard.nextClearBit(frame);
    boolean isSpoken =
        knowsVoices
            && pause < windowEnd
            && heard.get(pause, windowEnd).cardinality() >= Math.max(1, windowFrames / 30);
    return isSpoken ? pause : windowEnd;
  }

  /** Where a segment lies in the recording, from a little before its first voice on. */
  SpokenFrames.Times times(int start, int end) {
    int voice = heard.nextSetBit(start);
    boolean isLater = knowsVoices && voice > start && voice < end;
    return spoken.ofSegment(isLater ? Math.max(start, voice - windowFrames / 150) : start, end);
  }

  /** Whether nobody speaks near a frame: 0.3 s of a window of 30 s on both sides. */
  boolean isInPause(int frame) {
    int near = windowFrames / 100;
    return heard.nextClearBit(Math.max(0, frame - near)) <= frame + near;
  }

  /** Whether these frames hold no sound; where voices are known, no voice. */
  boolean isSilent(int frame, int count) {
    int next = heard.nextSetBit(frame);
    return next < 0 || next >= frame + count;
  }

  /** Frames between two in which somebody speaks; 0 where nobody may look for voices. */
  int voiced(int from, int to) {
    RecordedFrames known = byVoices();
    return known.knowsVoices && from < to ? known.heard.get(from, to).cardinality() : 0;
  }

  /**
   * Seconds of speech without words: between the beginnings of two segments, before the first, and
   * from that of the last on.
   *
   * @param segments in the order of time
   */
  double wordless(List<TranscriptSegment> segments, SpeechModel speech) {
    double all = 0;
    int from = 0;
    int words = 0;
    for (int i = 0; i <= segments.size(); i++) {
      boolean ends = i == segments.size();
      int to = ends ? frames() : place(segments.get(i).start(), speech);
      int start = from;
      all +=
          WindowSegments.wordless(
              words,
              speech.seconds(Math.max(0, to - start)),
              () -> speech.seconds(voiced(start, to)));
      if (!ends) {
        words = WindowSegments.words(segments.get(i).tokens(), speech.tokens().firstTimestamp());
        from = to;
      }
    }
    return all;
  }

  private int place(double second, SpeechModel speech) {
    return Math.min(frames(), spoken.from((int) Math.round(second / speech.seconds(1))));
  }

  /**
   * Frames that the encoder reads of a window: those in which something may be said and a margin,
   * two fifths of the window at least, all of it at most.
   *
   * @param count frames of the recording in it
   * @param margin positions of the encoder; null: all
   * @param most positions of a window
   */
  int context(int count, @Nullable Integer margin, int most) {
    int step = windowFrames / most;
    long wanted = Math.ceilDiv(count, step) + (long) (margin == null ? most : margin);
    return step * Math.clamp(wanted, (int) (LEAST_CONTEXT * most), most);
  }

  /**
   * What a model reads of the window that begins at a frame.
   *
   * @param count frames of the recording in it
   * @param context frames, {@link #windowFrames} at most
   */
  Input input(int frame, int count, int context) {
    List<Integer> shape = List.of(spectrogram.bins(), context);
    return Input.empty().withTensor("input_features", window(frame, count, context), shape);
  }

  /** [bins, context]. */
  float[] window(int frame, int length, int context) {
    int bins = spectrogram.bins();
    int all = spectrogram.frames();
    boolean last = frame + length >= frames();
    int count = last ? Math.min(context, all - frame) : length;
    float[] window = new float[bins * context];
    Arrays.fill(window, last ? end : silence);
    for (int bin = 0; bin < bins; bin++) {
      System.arraycopy(spectrogram.values(), bin * all + frame, window, bin * context, count);
    }
    return window;
  }
}
