package dev.deed.evaluation.calibration;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.AtomicFiles;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.TargetLock;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a chosen setting the model's own: the {@code exits} of its {@code config.json}. */
public final class CalibratedModel {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private CalibratedModel() {}

  /**
   * Keeps other calibrations away from a model until this one is written.
   *
   * @param model the model's folder
   * @throws InputException when the folder cannot be written or another calibration is running
   */
  public static TargetLock lock(Path model) {
    if (!Files.isDirectory(model)) {
      throw new InputException(model.toString(), "is not a folder", "give a model folder");
    }
    return AtomicFiles.lock(model.resolve("config.json"));
  }

  /**
   * Writes the setting and how it came about; all else in the file stays.
   *
   * @param model the model's folder
   * @return whether the file was a link, in whose place the folder now has a file of its own
   * @throws InputException when the folder cannot be written or its model has no exits
   */
  public static boolean write(
      Path model, Calibration calibration, Tested chosen, Path data, Provenance provenance)
      throws IOException {
    Path file = model.resolve("config.json");
    ObjectNode config = Config.read(file).json();
    if (!(config.get("exits") instanceof ObjectNode exits) || chosen.policy().measure() == null) {
      throw new InputException(file.toString(), "has no exits", "give a model with exits");
    }
    ExitSettings policy = chosen.policy();
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      exits.remove(setting.oldNames());
      exits.remove(ExitSpec.key(setting));
      Object value = policy.json().get(setting.name());
      if (value != null) {
        exits.set(ExitSpec.key(setting), MAPPER.valueToTree(value));
      }
    }
    exits.set("calibration", CalibrationJson.provenance(calibration, chosen, data, provenance));
    return replace(file, config);
  }

  /**
   * Puts a configuration in the place of another. A link is not followed: it may lead to a file
   * that other folders share, as in the cache of the Hugging Face Hub.
   *
   * @return whether there was a link
   */
  static boolean replace(Path file, ObjectNode config) throws IOException {
    boolean link = Files.isSymbolicLink(file);
    AtomicFiles.writeText(
        file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    return link;
  }
}
