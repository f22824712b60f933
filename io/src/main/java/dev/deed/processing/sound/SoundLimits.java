package dev.deed.processing.sound;

/**
 * What an encoded sound may ask for. Sounds are untrusted: a file of a few kilobytes can claim to
 * last for days, so the claim is held against these before anything is allocated, and the samples
 * while they are decoded.
 *
 * @param maxBytes largest encoded file, in bytes
 * @param maxSeconds how long it may last
 * @param maxSamples how many samples all its channels may have together
 */
public record SoundLimits(long maxBytes, int maxSeconds, long maxSamples) {
  /** Fewest and most samples a second of a channel. */
  static final int LEAST_RATE = 4_000;

  static final int MOST_RATE = 192_000;

  static final int MOST_CHANNELS = 32;

  /** Samples that are decoded and resampled in a tenth of a second. */
  private static final long QUICK_SAMPLES = 4_000_000;

  /** Samples that any sound may have, and those of a second of a long one: 8 channels of 48 kHz. */
  private static final long USUAL_SAMPLES = 64_000_000;

  private static final long SAMPLES_OF_SECOND = 400_000;

  /** 64 MiB and half a minute, a window of most models. */
  public static final SoundLimits DEFAULT = new SoundLimits(64L << 20, 30);

  /**
   * @throws IllegalArgumentException when a limit is below 1, or the bytes would not fit one array
   */
  public SoundLimits {
    if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE - 8 || maxSeconds < 1 || maxSamples < 1) {
      throw new IllegalArgumentException(
          "limits out of range: %d bytes, %d s, %d samples"
              .formatted(maxBytes, maxSeconds, maxSamples));
    }
  }

  /** 64 million samples, or more in proportion to the length. */
  public SoundLimits(long maxBytes, int maxSeconds) {
    this(maxBytes, maxSeconds, Math.max(USUAL_SAMPLES, SAMPLES_OF_SECOND * maxSeconds));
  }

  /** The same for another length. */
  public SoundLimits withSeconds(int seconds) {
    return new SoundLimits(maxBytes, seconds, maxSamples);
  }

  /** The same for fewer samples. */
  public SoundLimits withMostSamples(long samples) {
    return new SoundLimits(maxBytes, maxSeconds, Math.min(maxSamples, samples));
  }

  /** Limits within which a sound takes little time. */
  public SoundLimits quick() {
    return withMostSamples(QUICK_SAMPLES);
  }

  /**
   * Checks what a header claims.
   *
   * @param frames samples of each channel; 0 where it does not say
   */
  void check(long rate, long channels, long frames) {
    BadSound.unsupportedIf(
        rate < LEAST_RATE || rate > MOST_RATE,
        "%d samples a second; %d to %d are read".formatted(rate, LEAST_RATE, MOST_RATE),
        "convert it to 16000");
    BadSound.unsupportedIf(
        channels < 1 || channels > MOST_CHANNELS,
        "%d channels; 1 to %d are read".formatted(channels, MOST_CHANNELS),
        "convert it to one channel");
    checkLength(rate, channels, frames);
  }

  /** Checks how many samples there are so far. */
  void checkLength(long rate, long channels, long frames) {
    BadSound.tooLargeIf(
        frames > maxSeconds * rate,
        "lasts for more than the " + maxSeconds + " s allowed",
        "cut it into pieces");
    BadSound.tooLargeIf(
        frames * channels > maxSamples,
        "more than the " + maxSamples + " samples allowed in all channels",
        "convert it to one channel of 16000 samples a second");
  }
}
