package dev.deed.decode.logits;

import dev.deed.tensor.LogitStatistics;
import dev.deed.value.InputException;
import java.util.List;

/** Refuses scores that are no numbers: what would be decoded from them looks sound and is not. */
public final class ScoreCheck {
  private ScoreCheck() {}

  /**
   * @param raw of the logits
   * @param processed of the scores that processors made of them
   * @throws InputException when NaN or ∞ is among them and no processor is there to replace it
   */
  static void require(
      LogitStatistics raw, LogitStatistics processed, List<LogitsProcessor> processors) {
    InputException.require(
        raw.isSound() || processors.stream().anyMatch(InvalidScores.class::isInstance),
        "model",
        "computes NaN or infinity",
        "its weights are damaged or the input is out of range; fetch it again, or try another input");
    requireSound(processed);
  }

  /**
   * @param processed of scores that settings changed
   * @throws InputException when NaN or ∞ is among them
   */
  public static void requireSound(LogitStatistics processed) {
    InputException.require(
        processed.isSound(),
        "generation settings",
        "drive scores beyond what 32 bits hold",
        "give penalties and biases nearer to those that do nothing");
  }

  /**
   * The score of a finished sequence.
   *
   * @throws InputException when it is no number
   */
  public static float requireFinite(float score) {
    InputException.require(
        Float.isFinite(score),
        "generation settings",
        "make the score of a sequence " + score,
        "give a length_penalty nearer to 0, and smaller penalties and biases");
    return score;
  }
}
