package dev.deed.processing.sound;

import dev.deed.checkpoint.Config;
import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Turns a sound into the log-mel spectrogram that Whisper reads (Radford et al. 2022, arXiv
 * 2212.04356, section 2.2), as Transformers' {@code WhisperFeatureExtractor} does. Immutable, safe
 * for use from many threads.
 *
 * @param bins of frequencies
 * @param rate samples a second
 * @param window samples of which frequencies are taken, in Hann's window
 * @param hop samples from one window to the next
 * @param seconds that the model reads at once
 * @param silence what shorter sounds are filled up with
 */
public record LogMelProcessor(
    int bins, int rate, int window, int hop, int seconds, double silence) {
  /** End of the highest bin, in Hz. */
  private static final double HIGHEST = 8000;

  /** Least power, and how far below the largest the least may be, in powers of ten. */
  private static final double LEAST = 1e-10;

  private static final float LEAST_LEVEL = (float) StrictMath.log10(LEAST);

  private static final double RANGE = 8;

  private static final int MOST_WINDOW = 1 << 12;
  private static final int MOST_FACTOR = 64;
  private static final int MOST_BINS = 1 << 10;
  private static final int MOST_SECONDS = 600;

  /** Numbers of a spectrogram. */
  private static final long MOST_VALUES = 1 << 24;

  /**
   * Reads the settings of a model folder: {@code feature_extractor} in {@code
   * processor_config.json}, else {@code preprocessor_config.json}.
   *
   * @throws InputException when one would change the result and is not supported
   */
  public static Optional<LogMelProcessor> find(Path modelFolder) {
    return Config.ofProcessor(modelFolder, SampleProcessor.KEY).map(LogMelProcessor::of);
  }

  private static LogMelProcessor of(Config config) {
    config.requireText("feature_extractor_type", "WhisperFeatureExtractor");
    config.requireText("padding_side", "right");
    config.require(
        config.number("dither", 0) == 0, "dither", "noise is not added, so that answers repeat");
    int window = config.integer("n_fft", 400, 2, MOST_WINDOW);
    config.require(
        Fourier.largestFactor(window) <= MOST_FACTOR,
        "n_fft",
        "must be a product of numbers up to " + MOST_FACTOR);
    LogMelProcessor read =
        new LogMelProcessor(
            config.integer("feature_size", 80, 1, MOST_BINS),
            config.integer("sampling_rate", 16_000, SoundLimits.LEAST_RATE, SoundLimits.MOST_RATE),
            window,
            config.integer("hop_length", 160, 1, MOST_WINDOW),
            config.integer("chunk_length", 30, 1, MOST_SECONDS),
            config.number("padding_value", 0));
    config.require(
        (long) read.bins * read.frames(read.samples()) <= MOST_VALUES,
        "hop_length",
        "leads to a spectrogram of more than 16 million numbers");
    return read;
  }

  /** Samples that the model reads at once. */
  public int samples() {
    return rate * seconds;
  }

  private int frames(int samples) {
    return samples / hop;
  }

  /**
   * What the model reads of a short sound: filled up with silence to {@link #seconds}.
   *
   * @param samples {@link #samples()} at most
   * @throws java.util.concurrent.CancellationException when nobody wants the result any more
   */
  public Spectrogram padded(float[] samples, Interruption interruption) {
    float[] filled = Arrays.copyOf(samples, samples());
    Arrays.fill(filled, Math.min(samples.length, filled.length), filled.length, (float) silence);
    return whole(filled, interruption);
  }

  /**
   * The spectrogram of a sound of any length, whose levels are relative to the loudest of it.
   *
   * @param samples more than half of {@link #window()}
   * @throws java.util.concurrent.CancellationException when nobody wants the result any more
   */
  public Spectrogram whole(float[] samples, Interruption interruption) {
    int frames = frames(samples.length);
    Powers powers = new Powers(window);
    MelFilters filters = new MelFilters(bins, window / 2 + 1, rate / 2, HIGHEST);
    float[] values = new float[Math.multiplyExact(bins, frames)];
    // Two frames at a time: the real and the imaginary part of one transform.
    for (int frame = 0; frame < frames; frame += 2) {
      interruption.check();
      boolean pair = frame + 1 < frames;
      powers.of(samples, frame * hop, pair ? (frame + 1) * hop : -1);
      for (int bin = 0; bin < bins; bin++) {
        int at = bin * frames + frame;
        values[at] = level(filters.of(bin, powers.first()));
        if (pair) {
          values[at + 1] = level(filters.of(bin, powers.second()));
        }
      }
    }
    scale(values);
    return new Spectrogram(bins, frames, values);
  }

  private static float level(double power) {
    return power <= LEAST ? LEAST_LEVEL : (float) StrictMath.log10(power);
  }

  private static void scale(float[] levels) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float level : levels) {
      largest = Math.max(largest, level);
    }
    float least = (float) (largest - RANGE);
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (Math.max(levels[i], least) + 4) / 4;
    }
  }

  /**
   * Triangles that sum the powers of frequencies up to bins of equal width on Slaney's mel scale
   * (linear up to 1000 Hz, logarithmic above), each of the same area.
   */
  private static final class MelFilters {
    private static final double HERTZ_PER_MEL = 200.0 / 3;

    /** Where the scale becomes logarithmic, in Hz and in mel. */
    private static final double KNEE = 1000;

    private static final double KNEE_MEL = KNEE / HERTZ_PER_MEL;
    private static final double LOG_STEP = StrictMath.log(6.4) / 27;

    /** The first frequency of each bin that counts, and its weights from there on. */
    private final int[] first;

    private final double[][] weights;

    /**
     * @param bins how many come out
     * @param frequencies how many go in, evenly from 0 to {@code highest}
     * @param highest frequency, in Hz
     * @param end of the last triangle, in Hz
     */
    MelFilters(int bins, int frequencies, double highest, double end) {
      double[] corners = new double[bins + 2];
      for (int i = 0; i < corners.length; i++) {
        corners[i] = hertz(mel(end) * i / (bins + 1));
      }
      this.first = new int[bins];
      this.weights = new double[bins][];
      double step = highest / (frequencies - 1);
      for (int bin = 0; bin < bins; bin++) {
        int from = frequencies;
        int to = 0;
        double[] triangle = new double[frequencies];
        for (int i = 0; i < frequencies; i++) {
          double rising = (i * step - corners[bin]) / (corners[bin + 1] - corners[bin]);
          double falling = (corners[bin + 2] - i * step) / (corners[bin + 2] - corners[bin + 1]);
          triangle[i] =
              Math.max(0, Math.min(rising, falling)) * 2 / (corners[bin + 2] - corners[bin]);
          if (triangle[i] > 0) {
            from = Math.min(from, i);
            to = i + 1;
          }
        }
        first[bin] = from;
        weights[bin] = from < to ? Arrays.copyOfRange(triangle, from, to) : new double[0];
      }
    }

    private static double mel(double hertz) {
      return hertz < KNEE
          ? hertz / HERTZ_PER_MEL
          : KNEE_MEL + StrictMath.log(hertz / KNEE) / LOG_STEP;
    }

    private static double hertz(double mel) {
      return mel < KNEE_MEL
          ? mel * HERTZ_PER_MEL
          : KNEE * StrictMath.exp(LOG_STEP * (mel - KNEE_MEL));
    }

    double of(int bin, double[] powers) {
      double sum = 0;
      for (int i = 0; i < weights[bin].length; i++) {
        sum += weights[bin][i] * powers[first[bin] + i];
      }
      return sum;
    }
  }

  /**
   * The powers of frequencies around two samples at a time, in Hann's window. Beyond both ends
   * sounds are mirrored. Belongs to one thread.
   */
  private static final class Powers {
    private final int window;
    private final double[] hann;
    private final Fourier fourier;
    private final double[] in;
    private final double[] out;
    private final double[] first;
    private final double[] second;

    Powers(int window) {
      this.window = window;
      this.hann = new double[window];
      for (int i = 0; i < window; i++) {
        hann[i] = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * i / window);
      }
      this.fourier = new Fourier(window);
      this.in = new double[2 * window];
      this.out = new double[2 * window];
      this.first = new double[window / 2 + 1];
      this.second = new double[window / 2 + 1];
    }

    /** Those around the first of the samples, from 0 to half of the rate. */
    double[] first() {
      return first;
    }

    double[] second() {
      return second;
    }

    /**
     * @param one middle of a window
     * @param other middle of another; −1: there is none
     */
    void of(float[] samples, int one, int other) {
      boolean sounds = copy(samples, one, 0);
      sounds |= other >= 0 && copy(samples, other, window);
      if (!sounds) {
        Arrays.fill(first, 0);
        Arrays.fill(second, 0);
        return;
      }
      if (other < 0) {
        Arrays.fill(in, window, 2 * window, 0);
      }
      fourier.transform(in, out);
      for (int k = 0; k < first.length; k++) {
        // Those of real numbers are the parts that agree with, and those that differ from, the
        // conjugate of the frequency's mirror image.
        int mirror = k == 0 ? 0 : window - k;
        double a = out[k] + out[mirror];
        double b = out[window + k] - out[window + mirror];
        double c = out[window + k] + out[window + mirror];
        double d = out[mirror] - out[k];
        first[k] = (a * a + b * b) / 4;
        second[k] = (c * c + d * d) / 4;
      }
    }

    /** Puts a window in its place; false where all of it is silence. */
    private boolean copy(float[] samples, int middle, int to) {
      boolean sounds = false;
      int from = middle - window / 2;
      for (int i = 0; i < window; i++) {
        float sample = samples[mirrored(from + i, samples.length)];
        sounds |= sample != 0;
        in[to + i] = sample * hann[i];
      }
      return sounds;
    }

    private static int mirrored(int place, int length) {
      int inside = Math.abs(place);
      return inside < length ? inside : 2 * (length - 1) - inside;
    }
  }
}
