package dev.deed.speech;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Waveform;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sound of any length: WAV, AU, what a program ffmpeg reads, or samples. A file is read when it is
 * transcribed, and what is wrong with it is reported then; one that is cut off is read as far as it
 * goes ({@link Transcript#missingSeconds}). How many seconds it may last follows from the heap:
 * about three hours in a heap of 4 GB. All its channels may have 400,000 samples for each of these
 * seconds. Immutable.
 */
public final class Recording {
  /** Of the file, and of the one channel that it becomes: arrays hold no more. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

  private static final long MOST_SAMPLES = 1 << 30;

  /** A sample, and the array that grows while samples are collected. */
  private static final int BYTES_OF_SAMPLE = 3 * Float.BYTES;

  /** Which part of the heap a recording may take: a half, beside a quarter for its file. */
  private static final int SHARE_OF_SAMPLES = 2;

  private static final int SHARE_OF_BYTES = 4;

  private final Function<SoundReader, List<Waveform>> sound;
  private final int mostSeconds;
  private final long mostSamples;

  /** What a processor made of it; null where it was not read. */
  private final @Nullable Read read;

  private Recording(Function<SoundReader, List<Waveform>> sound) {
    this(sound, Integer.MAX_VALUE, Long.MAX_VALUE, null);
  }

  private Recording(
      Function<SoundReader, List<Waveform>> sound,
      int mostSeconds,
      long mostSamples,
      @Nullable Read read) {
    this.sound = sound;
    this.mostSeconds = mostSeconds;
    this.mostSamples = mostSamples;
    this.read = read;
  }

  /** How it was read, and its channels, of which there is one where they are not split. */
  private record Read(
      LogMelProcessor by,
      @Nullable VoiceActivity voice,
      Channels parted,
      List<RecordedFrames> channels) {
    boolean suits(LogMelProcessor processor, TranscriptionOptions options) {
      return by.equals(processor)
          && Objects.equals(voice, options.voice())
          && parted == options.channels();
    }
  }

  /**
   * {@return a recording that is a file}
   *
   * @param file a regular file
   */
  public static Recording of(Path file) {
    Objects.requireNonNull(file, "file");
    return new Recording(reader -> reader.channels(file));
  }

  /**
   * {@return a recording that is a file in memory}
   *
   * @param encoded the bytes of the file; not copied
   */
  public static Recording of(byte[] encoded) {
    Objects.requireNonNull(encoded, "encoded");
    return new Recording(reader -> reader.channels("sound", encoded));
  }

  /**
   * {@return a recording that is a file, read from a stream}
   *
   * @param stream the bytes of the file; read to its end here and left open
   * @throws IOException when the stream throws it
   * @throws InputException when it holds more bytes than such a file may
   */
  public static Recording of(InputStream stream) throws IOException {
    Objects.requireNonNull(stream, "stream");
    long most = mostBytes(Runtime.getRuntime().maxMemory());
    return of(SoundReader.bytes(stream, new SoundLimits(most, 1, Long.MAX_VALUE)));
  }

  /**
   * {@return a recording of one channel}
   *
   * @param samples −1 to 1; not copied
   * @param rate samples a second, 4000 to 192000
   */
  public static Recording of(float[] samples, int rate) {
    Objects.requireNonNull(samples, "samples");
    return new Recording(reader -> List.of(reader.resample(samples, rate)));
  }

  /** One channel, of samples in a coding; they are not copied. */
  static Recording of(Function<SoundReader, Waveform> samples) {
    return new Recording(reader -> List.of(samples.apply(reader)));
  }

  /**
   * {@return the same recording, refused where it lasts longer} Channels that are split count
   * together.
   *
   * @param seconds 1 or more
   */
  public Recording withMostSeconds(int seconds) {
    InputException.require(seconds >= 1, "seconds", "are " + seconds, "give 1 or more");
    return new Recording(sound, Math.min(mostSeconds, seconds), mostSamples, null);
  }

  /**
   * {@return the same recording, refused where all its channels together have more samples}
   *
   * @param samples 1 or more
   */
  public Recording withMostSamples(long samples) {
    InputException.require(samples >= 1, "samples", "are " + samples, "give 1 or more");
    return new Recording(sound, mostSeconds, Math.min(mostSamples, samples), null);
  }

  /** The same, which a processor has read. */
  Recording readFor(
      LogMelProcessor processor, TranscriptionOptions options, Interruption interruption) {
    List<RecordedFrames> channels = channels(processor, options, interruption);
    Read now = new Read(processor, options.voice(), options.channels(), channels);
    return new Recording(sound, mostSeconds, mostSamples, now);
  }

  /**
   * {@return how many bytes of memory it takes beside its file; 0 where it was not {@link
   * Transcriber#read read} yet}
   */
  public long bytes() {
    return read == null ? 0 : read.channels.stream().mapToLong(RecordedFrames::bytes).sum();
  }

  /**
   * {@return what {@link Transcript#missingSeconds} will be; 0 where it was not {@link
   * Transcriber#read read} yet}
   */
  public double missingSeconds() {
    return read == null ? 0 : read.channels.getFirst().missing();
  }

  /**
   * The spectrograms that a processor makes of it, one for each channel that is kept apart; it is
   * read where it was not before.
   *
   * @throws InputException when it cannot be read, is too long, or holds no sound
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  List<RecordedFrames> channels(
      LogMelProcessor processor, TranscriptionOptions options, Interruption interruption) {
    if (read != null && read.suits(processor, options)) {
      return read.channels;
    }
    SoundLimits limits = limits(processor, Runtime.getRuntime().maxMemory());
    SoundReader reader = new SoundReader(processor.rate(), limits, interruption).takingPart();
    List<Waveform> waves;
    try {
      waves = sound.apply(options.channels() == Channels.SPLIT ? reader.splitting() : reader);
    } catch (InputException e) {
      throw e.about("audio");
    }
    return waves.stream()
        .map(wave -> RecordedFrames.of(wave, processor, options.voice(), interruption))
        .toList();
  }

  private SoundLimits limits(LogMelProcessor processor, long heap) {
    long samples = Math.min(MOST_SAMPLES, heap / SHARE_OF_SAMPLES / BYTES_OF_SAMPLE);
    // A spectrogram is one array.
    long frames = Integer.MAX_VALUE / processor.bins();
    long fitting =
        Math.min(samples, Math.min(MOST_SAMPLES, frames * processor.hop())) / processor.rate();
    int seconds = (int) Math.min(mostSeconds, Math.max(processor.seconds(), fitting));
    return new SoundLimits(mostBytes(heap), seconds).withMostSamples(mostSamples);
  }

  private static long mostBytes(long heap) {
    return Math.clamp(heap / SHARE_OF_BYTES, SoundLimits.DEFAULT.maxBytes(), MOST_BYTES);
  }
}
