package dev.deed.evaluation.calibration;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.calibration.Calibration.Verified;
import dev.deed.files.AtomicFiles;
import dev.deed.files.TargetLock;
import dev.deed.model.spec.ExitSpec;
import dev.deed.speech.AudioContext;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Makes a chosen setting the model's own: in the {@code exits} of its {@code config.json}. */
public final class CalibratedModel {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CalibratedModel() {}

  /**
   * Keeps other calibrations away from a model until this one is written.
   *
   * @param model the model's folder
   * @throws InputException when the folder cannot be written or another calibration is running
   */
  public static TargetLock lock(Path model) {
    InputException.require(
        Files.isDirectory(model), model.toString(), "is not a folder", "give a model folder");
    return AtomicFiles.lock(model.resolve("config.json"));
  }

  /**
   * Checks that the model has a use for a policy of its own for lossless exits.
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
   * Writes the setting and how it came about; all else in the file stays. A lossless setting
   * becomes the {@code lossless_policy}, beside the model's own policy: what the model does where
   * lossless exits are asked for. A link is not followed: it may lead to a file that other folders
   * share, as in the cache of the Hugging Face Hub.
   *
   * @param model the model's folder
   * @return whether the file was a link, in whose place the folder now has a file of its own
   * @param layers of its decoder; what has no exits emits at the last one
   * @throws InputException when the folder cannot be written
   */
  public static boolean write(Path model, int layers, Tested chosen, CalibrationReport report)
      throws IOException {
    return change(model, config -> set(config, layers, chosen, report));
  }

  /** Writes {@linkplain AudioContextCalibration#setting an audio context} likewise. */
  public static boolean write(Path model, ObjectNode setting) throws IOException {
    return change(model, config -> config.set(AudioContext.KEY, setting));
  }

  /** Writes {@linkplain FieldCalibration#setting when fields need a review} likewise. */
  public static boolean writeReview(Path model, ObjectNode setting) throws IOException {
    return change(model, config -> config.set("review", setting));
  }

  private static boolean change(Path model, Consumer<ObjectNode> change) throws IOException {
    Path file = model.resolve("config.json");
    ObjectNode config = Config.read(file).json();
    change.accept(config);
    boolean link = Files.isSymbolicLink(file);
    AtomicFiles.writeText(file, config.toPrettyString() + "\n");
    return link;
  }

  private static void set(ObjectNode config, int layers, Tested chosen, CalibrationReport report) {
    if (!(config.get("exits") instanceof ObjectNode)) {
      config.putObject("exits").putArray("layers").add(layers);
    }
    ObjectNode exits = (ObjectNode) config.get("exits");
    if (chosen.outcome() instanceof Verified) {
      ExitSettings settings = chosen.policy().with(ExitSetting.LOSSLESS, null);
      ObjectNode policy = MAPPER.valueToTree(settings.json());
      exits.set("lossless_policy", policy);
      policy.set("calibration", report.provenance(chosen));
    } else {
      for (ExitSetting<?> setting : ExitSetting.ALL) {
        exits.remove(setting.oldNames());
        exits.remove(ExitSpec.key(setting));
        Object value = chosen.policy().json().get(setting.name());
        if (value != null) {
          exits.set(ExitSpec.key(setting), MAPPER.valueToTree(value));
        }
      }
      exits.set("calibration", report.provenance(chosen));
    }
  }
}
