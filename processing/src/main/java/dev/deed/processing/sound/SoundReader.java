package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.files.RegularFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * Decodes WAV, FLAC and what the Java Sound API knows into one channel of a certain rate: the mean
 * of all channels, resampled. Other formats are read where a decoder for the Java Sound API is on
 * the class path. Immutable, safe for use from many threads.
 */
public final class SoundReader {
  static final String ADVICE = "give a WAV or FLAC";

  private static final int BLOCK = 1 << 12;

  private final int rate;
  private final SoundLimits limits;
  private final Interruption interruption;
  private final boolean takesPart;

  /**
   * A reader that refuses files which are cut off.
   *
   * @param rate of what comes out, in samples a second
   * @param interruption ends the reading of a sound with a {@link
   *     java.util.concurrent.CancellationException}
   */
  public SoundReader(int rate, SoundLimits limits, Interruption interruption) {
    this(rate, limits, interruption, false);
  }

  private SoundReader(int rate, SoundLimits limits, Interruption interruption, boolean takesPart) {
    this.rate = rate;
    this.limits = limits;
    this.interruption = interruption;
    this.takesPart = takesPart;
  }

  /** The same, which reads files that are cut off as far as they go: {@link Waveform#missing}. */
  public SoundReader takingPart() {
    return new SoundReader(rate, limits, interruption, true);
  }

  /**
   * @throws InputException when the file cannot be read, is no regular file, is over a limit, no
   *     sound of a known format, or damaged
   */
  public Waveform read(Path file) {
    RegularFile.require("sound " + file, file);
    byte[] encoded;
    try (InputStream in = Files.newInputStream(file)) {
      encoded = in.readNBytes((int) limits.maxBytes() + 1);
    } catch (NoSuchFileException e) {
      throw new InputException("sound " + file, "there is no such file", "check the path");
    } catch (IOException e) {
      throw new InputException(
          "sound " + file, "cannot be read: " + e.getMessage(), "check the path");
    }
    return decode("sound " + file, encoded);
  }

  /**
   * The bytes of a sound file that comes as a stream.
   *
   * @throws InputException when there are more than the limits allow
   * @throws IOException what the stream throws
   */
  public static byte[] bytes(InputStream stream, SoundLimits limits) throws IOException {
    byte[] encoded = stream.readNBytes((int) limits.maxBytes() + 1);
    requireFewBytes(encoded, limits);
    return encoded;
  }

  /**
   * @param name what an error message calls the sound
   * @throws InputException when the bytes are over a limit, no sound of a known format, or damaged
   */
  public Waveform decode(String name, byte[] encoded) {
    return collect(
        name,
        output -> {
          requireFewBytes(encoded, limits);
          if (encoded.length == 0) {
            throw BadSound.unsupported("it is empty", ADVICE);
          }
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
        });
  }

  /**
   * @param source gives them to what it is given, and says what is missing as {@link
   *     Waveform#missing} does
   */
  private Waveform collect(String name, ToDoubleFunction<IntFunction<SampleSink>> source) {
    SampleCollector collector = new SampleCollector();
    try {
      double missing = source.applyAsDouble(from -> Resampler.between(from, rate, collector));
      float[] samples = collector.samples();
      if (missing != 0 && (!takesPart || samples.length == 0)) {
        throw BadSound.truncated();
      }
      BadSound.damagedIf(samples.length == 0, "it holds no samples");
      return new Waveform(rate, samples, missing);
    } catch (InputException e) {
      throw new InputException(name, e.why(), e.whatToDo(), e.kind());
    }
  }

  private static void requireFewBytes(byte[] encoded, SoundLimits limits) {
    if (encoded.length > limits.maxBytes()) {
      throw BadSound.tooLarge(
          "more than the %d bytes allowed".formatted(limits.maxBytes()), "give a smaller file");
    }
  }
}
