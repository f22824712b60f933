package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One kind of model: turns its {@code config.json} into a description. */
public interface ModelFamily {
  List<ModelFamily> ALL =
      List.of(
          new T5Family(),
          new T5GemmaFamily(),
          new T5Gemma2Family(),
          new BartFamily(),
          new MarianFamily(),
          new PegasusFamily(),
          new M2m100Family(),
          new WhisperFamily(),
          new MoonshineFamily(),
          new OfaFamily(),
          new Pix2StructFamily(),
          new UdopFamily(),
          new LatrFamily(),
          new Florence2Family(),
          new FormulaNetFamily(),
          new VisionEncoderDecoderFamily());

  /** Values of {@code model_type} that belong to this family. */
  Set<String> modelTypes();

  /**
   * Reads a configuration whose {@code model_type} is one of {@link #modelTypes()}; exits are read
   * by the caller.
   *
   * @throws InputException when a value is missing, out of range, or not supported
   */
  ModelDescription read(Config config);

  /**
   * The description of any supported model, its {@code exits} included.
   *
   * @throws InputException when the model type is unknown or the configuration is not valid
   */
  static ModelDescription describe(Config config) {
    String type = config.text("model_type");
    for (ModelFamily family : ALL) {
      if (family.modelTypes().contains(type)) {
        return withExits(family.read(config), config);
      }
    }
    List<String> known = new ArrayList<>();
    ALL.forEach(family -> known.addAll(family.modelTypes()));
    throw new InputException(
        config.origin(),
        "has the model_type \"" + type + "\", which DEED does not know",
        "use one of " + known.stream().sorted().toList());
  }

  private static ModelDescription withExits(ModelDescription plain, Config config) {
    if (!config.has("exits")) {
      return plain;
    }
    TransformerSpec spec = plain.spec();
    ExitSpec exits = ExitSpec.read(config.object("exits"), spec.decoderLayers());
    return plain.with(spec.withExits(exits));
  }
}
