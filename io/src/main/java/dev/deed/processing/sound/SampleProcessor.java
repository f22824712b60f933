package dev.deed.processing.sound;

import dev.deed.checkpoint.Config;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a model that reads the samples of a sound wants them to be: {@code Wav2Vec2FeatureExtractor}
 * of Transformers. Immutable.
 *
 * @param rate samples a second
 * @param normalises whether samples get a mean of 0 and a variance of 1
 */
public record SampleProcessor(int rate, boolean normalises) {
  /** Longest sound: attention takes four times as long for twice as many seconds. */
  public static final int MOST_SECONDS = 60;

  /** Of the settings in {@code processor_config.json}. */
  static final String KEY = "feature_extractor";

  private static final double LEAST_VARIANCE = 1e-7;

  /**
   * Reads the settings of a model folder: {@code feature_extractor} in {@code
   * processor_config.json}, else {@code preprocessor_config.json}.
   *
   * @throws dev.deed.value.InputException when one would change the result and is not supported
   */
  public static Optional<SampleProcessor> find(Path modelFolder) {
    return Config.ofProcessor(modelFolder, KEY).map(SampleProcessor::of);
  }

  private static SampleProcessor of(Config config) {
    config.requireText("feature_extractor_type", "Wav2Vec2FeatureExtractor");
    config.integer("feature_size", 1, 1, 1);
    return new SampleProcessor(
        config.integer("sampling_rate", 16_000, SoundLimits.LEAST_RATE, SoundLimits.MOST_RATE),
        config.flag("do_normalize", true));
  }

  /** What the model reads of a sound of its rate. */
  public float[] of(float[] samples) {
    if (!normalises) {
      return samples;
    }
    double sum = 0;
    for (float sample : samples) {
      sum += sample;
    }
    double mean = sum / samples.length;
    double squares = 0;
    for (float sample : samples) {
      squares += (sample - mean) * (sample - mean);
    }
    double deviation = Math.sqrt(squares / samples.length + LEAST_VARIANCE);
    float[] normalised = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      normalised[i] = (float) ((samples[i] - mean) / deviation);
    }
    return normalised;
  }
}
