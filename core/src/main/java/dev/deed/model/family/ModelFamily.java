package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One kind of model: turns its {@code config.json} into a description. */
public interface ModelFamily {
  /** The values of {@code model_type} that are known. */
  List<String> TYPES =
      List.of(
          "t5",
          "mt5",
          "t5gemma",
          "t5gemma2",
          "bart",
          "mbart",
          "marian",
          "pegasus",
          "m2m_100",
          "whisper",
          "moonshine",
          "ofa",
          "pix2struct",
          "udop",
          "deed-latr",
          "florence2",
          "pp_formulanet",
          TableFormerFamily.TYPE,
          "vision-encoder-decoder",
          VisionEncoderDecoderFamily.OWN_TYPE);

  /** The family to which a {@code model_type} belongs; null where none does. */
  static @Nullable ModelFamily of(String type) {
    return switch (type) {
      case "t5", "mt5" -> new T5Family();
      case "t5gemma" -> new T5GemmaFamily();
      case "t5gemma2" -> new T5Gemma2Family();
      case "bart", "mbart" -> new BartFamily();
      case "marian" -> new MarianFamily();
      case "pegasus" -> new PegasusFamily();
      case "m2m_100" -> new M2m100Family();
      case "whisper" -> new WhisperFamily();
      case "moonshine" -> new MoonshineFamily();
      case "ofa" -> new OfaFamily();
      case "pix2struct" -> new Pix2StructFamily();
      case "udop" -> new UdopFamily();
      case "deed-latr" -> new LatrFamily();
      case "florence2" -> new Florence2Family();
      case "pp_formulanet" -> new FormulaNetFamily();
      case TableFormerFamily.TYPE -> new TableFormerFamily();
      case "vision-encoder-decoder", VisionEncoderDecoderFamily.OWN_TYPE ->
          new VisionEncoderDecoderFamily();
      default -> null;
    };
  }

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
    ModelFamily family = of(type);
    if (family == null) {
      throw new InputException(
          config.origin(),
          "has the model_type \"" + type + "\", which DEED does not know",
          type.equals("TableFormerV2")
              ? "give model_artifacts/tableformer/accurate of docling-project/docling-models"
              : "use one of " + String.join(", ", new TreeSet<>(TYPES)));
    }
    ModelDescription plain = family.read(config);
    if (!config.has("exits")) {
      return plain;
    }
    TransformerSpec spec = plain.spec();
    return plain.with(spec.withExits(ExitSpec.read(config.object("exits"), spec.decoderLayers())));
  }
}
