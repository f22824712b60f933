package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/** One kind of model: turns its {@code config.json} into a description. */
public interface ModelFamily {
  /** All families, by the values of {@code model_type} that belong to them. */
  Map<String, ModelFamily> ALL =
      Map.ofEntries(
          Map.entry("t5", new T5Family()),
          Map.entry("mt5", new T5Family()),
          Map.entry("t5gemma", new T5GemmaFamily()),
          Map.entry("t5gemma2", new T5Gemma2Family()),
          Map.entry("bart", new BartFamily()),
          Map.entry("mbart", new BartFamily()),
          Map.entry("marian", new MarianFamily()),
          Map.entry("pegasus", new PegasusFamily()),
          Map.entry("m2m_100", new M2m100Family()),
          Map.entry("whisper", new WhisperFamily()),
          Map.entry("moonshine", new MoonshineFamily()),
          Map.entry("ofa", new OfaFamily()),
          Map.entry("pix2struct", new Pix2StructFamily()),
          Map.entry("udop", new UdopFamily()),
          Map.entry("deed-latr", new LatrFamily()),
          Map.entry("florence2", new Florence2Family()),
          Map.entry("pp_formulanet", new FormulaNetFamily()),
          Map.entry(TableFormerFamily.TYPE, new TableFormerFamily()),
          Map.entry("vision-encoder-decoder", new VisionEncoderDecoderFamily()),
          Map.entry(VisionEncoderDecoderFamily.OWN_TYPE, new VisionEncoderDecoderFamily()));

  /**
   * The configuration of a folder: its {@code config.json}, or what the files of Docling's table
   * model say.
   *
   * @throws InputException when it is missing or damaged
   */
  static Config config(Path folder) {
    Path file = folder.resolve("config.json");
    return !Files.exists(file) && Files.exists(folder.resolve(Config.TABLE_MODEL))
        ? TableFormerFolder.config(folder)
        : Config.read(file);
  }

  /**
   * Reads a configuration whose {@code model_type} belongs to this family; exits are read by the
   * caller.
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
    ModelFamily family = ALL.get(type);
    if (family == null) {
      throw new InputException(
          config.origin(),
          "has the model_type \"" + type + "\", which DEED does not know",
          type.equals("TableFormerV2")
              ? "give model_artifacts/tableformer/accurate of docling-project/docling-models"
              : "use one of " + String.join(", ", new TreeSet<>(ALL.keySet())));
    }
    ModelDescription plain = family.read(config);
    if (!config.has("exits")) {
      return plain;
    }
    TransformerSpec spec = plain.spec();
    return plain.with(spec.withExits(ExitSpec.read(config.object("exits"), spec.decoderLayers())));
  }
}
