package dev.deed.processing;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.InputException;
import java.nio.file.Path;

/**
 * Turns a picture into the input of a model's encoder, as the folder's {@code
 * preprocessor_config.json} says. One implementation for each kind of {@code image_processor_type}.
 * Immutable, safe for use from many threads.
 */
public sealed interface ImageProcessor permits VitImageProcessor {
  /** What the encoder takes; for {@link VitImageProcessor} always {@link PixelValues}. */
  default EncoderImage process(Picture picture) {
    return normalise(resize(picture));
  }

  /** The picture in the model's size, still 8-bit: what training keeps and shifts about. */
  Picture resize(Picture picture);

  /** What the encoder takes of a picture that has the model's size. */
  EncoderImage normalise(Picture resized);

  /**
   * Reads {@code preprocessor_config.json} of a model folder.
   *
   * @throws InputException when the file is missing or malformed, or holds a setting that would
   *     change the result and is not supported
   */
  static ImageProcessor open(Path modelFolder) {
    Config config = Config.read(modelFolder.resolve("preprocessor_config.json"));
    // Older folders call it by another name.
    String key =
        config.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
    return switch (config.text(key)) {
      case "ViTImageProcessor", "ViTImageProcessorFast", "ViTFeatureExtractor" ->
          VitImageProcessor.of(config);
      default -> throw config.wrong(key, "ViTImageProcessor is the one supported");
    };
  }
}
