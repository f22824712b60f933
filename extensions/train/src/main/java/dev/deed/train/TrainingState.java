package dev.deed.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a training is; with the weights and the optimiser's moments all that a resumed run needs.
 *
 * @param step steps done
 * @param bestLoss smallest loss on the validation examples, infinite before the first look
 * @param bestStep step of that look
 * @param seconds time spent so far
 */
public record TrainingState(long step, double bestLoss, long bestStep, double seconds) {
  static final TrainingState START = new TrainingState(0, Double.POSITIVE_INFINITY, 0, 0);

  private static final String PREFIX = "deed.";

  Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put(PREFIX + "step", Long.toString(step));
    metadata.put(PREFIX + "best_loss", Double.toString(bestLoss));
    metadata.put(PREFIX + "best_step", Long.toString(bestStep));
    metadata.put(PREFIX + "seconds", Double.toString(seconds));
    return metadata;
  }

  /**
   * The state in a file's metadata.
   *
   * @throws IllegalArgumentException when it holds none
   */
  static TrainingState of(Map<String, String> metadata) {
    return new TrainingState(
        Long.parseLong(text(metadata, "step")),
        Double.parseDouble(text(metadata, "best_loss")),
        Long.parseLong(text(metadata, "best_step")),
        Double.parseDouble(text(metadata, "seconds")));
  }

  private static String text(Map<String, String> metadata, String key) {
    String value = metadata.get(PREFIX + key);
    if (value == null) {
      throw new IllegalArgumentException("no " + PREFIX + key);
    }
    return value;
  }
}
