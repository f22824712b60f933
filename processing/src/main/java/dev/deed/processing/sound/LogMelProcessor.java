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
}
