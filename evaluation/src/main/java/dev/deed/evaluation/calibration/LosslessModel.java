package dev.deed.evaluation.calibration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.evaluation.calibration.LosslessCalibration.Tested;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes a chosen setting what a model does where lossless exits are asked for: the {@code
 * lossless_policy} in the {@code exits} of its {@code config.json}.
 */
public final class LosslessModel {
  private LosslessModel() {}

  /**
   * Checks that the model has a use for such a policy.
   *
   * @param own the model's own policy
   * @throws InputException when that is lossless itself
   */
  public static void requireRoom(Path model, ExitSettings own) {
    InputException.require(
        !own.isLossless(),
        model.toString(),
        "its own policy is lossless, so a second one has no use",
        "take \"lossless\" out of the exits in its config.json");
  }

  /**
   * Writes the setting and how it came about; all else in the file stays, the model's own policy
   * among it.
   *
   * @param model the model's folder
   * @return whether the file was a link, in whose place the folder now has a file of its own
   * @throws InputException when the folder cannot be written or its model has no exits
   */
  public static boolean write(Path model, Tested chosen, LosslessCalibrationReport report)
      throws IOException {
    Path file = model.resolve("config.json");
    ObjectNode config = Config.read(file).json();
    if (!(config.get("exits") instanceof ObjectNode exits)) {
      throw new InputException(file.toString(), "has no exits", "give a model with exits");
    }
    ExitSettings settings = chosen.policy().with(ExitSetting.LOSSLESS, null);
    ObjectNode policy = CalibratedModel.MAPPER.valueToTree(settings.json());
    exits.set("lossless_policy", policy);
    policy.set("calibration", report.provenance(chosen));
    return CalibratedModel.replace(file, config);
  }
}
