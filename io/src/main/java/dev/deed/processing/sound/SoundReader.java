package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Decodes WAV, AU, and what a program {@code ffmpeg} reads ({@link FfmpegProgram}), into one
 * channel of a certain rate: the mean of all channels, resampled. Immutable, safe for use from many
 * threads.
 */
public final class SoundReader {
  static final String ADVICE = "give a WAV, MP3, M4A, Ogg, WebM or FLAC";

  private static final int BLOCK = 1 << 12;

  private final int rate;
  private final SoundLimits limits;
  private final Interruption interruption;
  private final boolean takesPart;
  private final boolean splits;

  /**
   * A reader that refuses files which are cut off.
   *
   * @param rate of what comes out, in samples a second
   * @param interruption ends the reading of a sound with a {@link
   *     java.util.concurrent.CancellationException}
   */
  public SoundReader(int rate, SoundLimits limits, Interruption interruption) {
    this(rate, limits, interruption, false, false);
  }

  private SoundReader(
      int rate, SoundLimits limits, Interruption interruption, boolean takesPart, boolean splits) {
    this.rate = rate;
    this.limits = limits;
    this.interruption = interruption;
    this.takesPart = takesPart;
    this.splits = splits;
  }

  /** The same, which reads files that are cut off as far as they go: {@link Waveform#missing}. */
  public SoundReader takingPart() {
    return new SoundReader(rate, limits, interruption, true, splits);
  }

  /** The same, which keeps channels apart. */
  public SoundReader splitting() {
    return new SoundReader(rate, limits, interruption, takesPart, true);
  }

  /**
   * @throws InputException when the file cannot be read, is no regular file, is over a limit, no
   *     sound of a known format, or damaged
   */
  public Waveform read(Path file) {
    return channels(file).getFirst();
  }

  /** Throws as {@link #read} does. One channel, unless it is {@linkplain #splitting splitting}. */
  public List<Waveform> channels(Path file) {
    String name = "sound " + file;
    return channels(name, EncodedSound.OnDisk.of(name, file));
  }

  /**
   * The bytes of a sound file that comes as a stream.
   *
   * @throws InputException when there are more than the limits allow
   * @throws IOException what the stream throws
   */
  public static byte[] bytes(InputStream stream, SoundLimits limits) throws IOException {
    byte[] encoded = stream.readNBytes((int) limits.maxBytes() + 1);
    requireFewBytes(encoded.length, limits);
    return encoded;
  }

  /**
   * @param name what an error message calls the sound
   * @throws InputException when the bytes are over a limit, no sound of a known format, or damaged
   */
  public Waveform decode(String name, byte[] encoded) {
    return channels(name, encoded).getFirst();
  }

  /**
   * Throws as {@link #decode} does. One channel, unless it is {@linkplain #splitting splitting}.
   */
  public List<Waveform> channels(String name, byte[] encoded) {
    return channels(name, new EncodedSound.InMemory(encoded));
  }

  private List<Waveform> channels(String name, EncodedSound encoded) {
    return collect(
        name,
        output -> {
          requireFewBytes(encoded.length(), limits);
          BadSound.unsupportedIf(encoded.length() == 0, "it is empty", ADVICE);
          interruption.check();
          return SoundFormat.of(encoded).decoder().decode(encoded, limits, interruption, output);
        });
  }

  /**
   * Samples of one channel that are decoded already.
   *
   * @param from their rate
   * @throws InputException when they are over a limit, or one is no number
   */
  public Waveform resample(float[] mono, int from) {
    return collect(
            "sound",
            output -> {
              limits.check(from, 1, mono.length);
              SampleSink out = output.apply(from);
              double[] block = new double[BLOCK];
              for (int done = 0; done < mono.length; done += BLOCK) {
                interruption.check();
                int count = Math.min(BLOCK, mono.length - done);
                for (int i = 0; i < count; i++) {
                  block[i] = PcmFormat.requireNumber(mono[done + i]);
                }
                out.add(block, count);
              }
              out.end();
              return 0;
            })
        .getFirst();
  }

  /**
   * Samples of one channel that lie in bytes as a {@link SoundStream} takes them.
   *
   * @throws InputException when they are over a limit
   */
  public Waveform decode(int from, int bytes, boolean isALaw, byte[] samples) {
    return collect(
            "sound",
            output -> {
              InputStream in = new ByteArrayInputStream(samples);
              SampleSink out = output.apply(from);
              SoundStream.format(from, bytes, isALaw)
                  .decode(in, samples.length, limits, interruption, out);
              return 0;
            })
        .getFirst();
  }

  /**
   * @param source gives them to what it is given, and says what is missing as {@link
   *     Waveform#missing} does
   */
  private List<Waveform> collect(String name, ToDoubleFunction<IntFunction<SampleSink>> source) {
    List<Supplier<List<float[]>>> kept = new ArrayList<>();
    try {
      double missing = source.applyAsDouble(from -> sink(from, kept));
      List<float[]> channels = kept.stream().flatMap(one -> one.get().stream()).toList();
      boolean empty = channels.isEmpty() || channels.getFirst().length == 0;
      BadSound.truncatedIf(missing != 0 && (!takesPart || empty));
      BadSound.damagedIf(empty, "it holds no samples");
      return channels.stream().map(samples -> new Waveform(rate, samples, missing)).toList();
    } catch (InputException e) {
      throw new InputException(name, e.why(), e.whatToDo(), e.kind());
    }
  }

  private SampleSink sink(int from, List<Supplier<List<float[]>>> kept) {
    if (splits) {
      ChannelCollector all = new ChannelCollector(from, rate, limits);
      kept.add(all::samples);
      return all;
    }
    SampleCollector one = new SampleCollector();
    kept.add(() -> List.of(one.samples()));
    return Resampler.between(from, rate, one);
  }

  private static void requireFewBytes(long bytes, SoundLimits limits) {
    BadSound.tooLargeIf(
        bytes > limits.maxBytes(),
        "more than the %d bytes allowed".formatted(limits.maxBytes()),
        "give a smaller file");
  }

  /** Keeps the samples of each channel, at another rate. Who gives them is one thread. */
  private static final class ChannelCollector implements SampleSink {
    private final int from;
    private final int to;
    private final SoundLimits limits;
    private final List<SampleCollector> collectors = new ArrayList<>();
    private final List<SampleSink> inputs = new ArrayList<>();
    private long frames;

    /**
     * @param from rate of what comes
     * @param to rate of what is kept
     * @param limits of which the seconds are those of all channels together
     */
    ChannelCollector(int from, int to, SoundLimits limits) {
      this.from = from;
      this.to = to;
      this.limits = limits;
    }

    private SampleSink input(int channel) {
      if (channel == inputs.size()) {
        SampleCollector collector = new SampleCollector();
        collectors.add(collector);
        inputs.add(Resampler.between(from, to, collector));
      }
      return inputs.get(channel);
    }

    @Override
    public void add(double[] samples, int count) {
      add(new double[][] {samples}, count);
    }

    @Override
    public void add(double[][] channels, int count) {
      frames += count;
      BadSound.tooLargeIf(
          frames * channels.length > (long) limits.maxSeconds() * from,
          "its %d channels last for more than the %d s allowed in all"
              .formatted(channels.length, limits.maxSeconds()),
          "cut it into pieces");
      for (int channel = 0; channel < channels.length; channel++) {
        input(channel).add(channels[channel], count);
      }
    }

    @Override
    public void end() {
      inputs.forEach(SampleSink::end);
    }

    List<float[]> samples() {
      return collectors.stream().map(SampleCollector::samples).toList();
    }
  }
}
