package dev.deed.processing.picture;

import dev.deed.checkpoint.Config;
import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a picture into the input of a model's encoder, as the files of the model folder say.
 * Follows the Pillow back end of Transformers 5; names that end in {@code Fast}, whose own back end
 * rounds a little differently, are taken for the same. Immutable, safe for use from many threads.
 */
public sealed interface ImageProcessor
    permits PixelImageProcessor, Pix2StructImageProcessor, TableImageProcessor {
  /**
   * What the encoder takes.
   *
   * @param prompt the question, which only a processor that {@link #drawsPrompt} looks at
   * @param interruption looked at now and then
   * @throws InputException when the picture's sides are too unequal, or the question is missing
   * @throws java.util.concurrent.CancellationException when nobody wants the result any more
   */
  default EncoderImage process(
      Picture picture, @Nullable String prompt, Interruption interruption) {
    return normalise(resize(withPrompt(picture, prompt, interruption), interruption), interruption);
  }

  /** Whether the question is drawn into the picture, and must not be given to the model as text. */
  default boolean drawsPrompt() {
    return false;
  }

  /** The picture with the question, where it is to be drawn; the same picture elsewhere. */
  default Picture withPrompt(Picture picture, @Nullable String prompt, Interruption interruption) {
    return picture;
  }

  /** The picture in a size for the model, still 8-bit: what training keeps and shifts about. */
  Picture resize(Picture picture, Interruption interruption);

  /** What the encoder takes of a picture that has been through {@link #resize}. */
  EncoderImage normalise(Picture resized, Interruption interruption);

  /**
   * The processor of OFA, whose folders say nothing about pictures: squeezed into a square
   * (bicubic), samples from −1 to 1.
   *
   * @param side of the square in pixels, at least 1
   */
  static ImageProcessor square(int side) {
    return PixelImageProcessor.square(side);
  }

  /**
   * Reads the settings of a model folder: {@code image_processor} in {@code processor_config.json},
   * else {@code preprocessor_config.json}.
   *
   * @throws InputException when there are none, or one would change the result and is not supported
   */
  static ImageProcessor open(Path modelFolder) {
    return find(modelFolder)
        .orElseThrow(
            () ->
                new InputException(
                    modelFolder.resolve("preprocessor_config.json").toString(),
                    "says nothing about pictures, or is missing",
                    "give the complete folder of a model that reads pictures"));
  }

  /** As {@link #open}; empty when the folder says nothing about pictures. */
  static Optional<ImageProcessor> find(Path modelFolder) {
    Path tables = modelFolder.resolve(Config.TABLE_MODEL);
    if (Files.exists(tables)) {
      return Optional.of(TableImageProcessor.of(Config.read(tables)));
    }
    // Models that hear have settings in files of these names too.
    return Config.ofProcessor(modelFolder, "image_processor")
        .filter(config -> !config.has("sampling_rate"))
        .map(ImageProcessor::of);
  }

  private static ImageProcessor of(Config config) {
    // Older folders call it by another name, which is no use to who looks for what is missing.
    boolean old = !config.has("image_processor_type") && config.has("feature_extractor_type");
    String key = old ? "feature_extractor_type" : "image_processor_type";
    String type =
        config.text(key).replaceFirst("(ImageProcessor(Fast|Pil)?|FeatureExtractor)$", "");
    ImageSettings settings = new ImageSettings(config);
    ImageProcessor processor =
        switch (type) {
          case "ViT", "LayoutLMv3", "Gemma3" ->
              PixelImageProcessor.plain(settings, 224, Resampling.BILINEAR, false, null);
          case "DeiT" -> PixelImageProcessor.plain(settings, 256, Resampling.BICUBIC, true, 224);
          case "Beit" -> PixelImageProcessor.plain(settings, 224, Resampling.BICUBIC, false, 224);
          case "Donut" -> PixelImageProcessor.donut(settings);
          case "Nougat" -> PixelImageProcessor.nougat(settings);
          case "PPFormulaNet" -> PixelImageProcessor.formula(settings);
          case "CLIP" -> PixelImageProcessor.clip(settings);
          case "Pix2Struct" -> Pix2StructImageProcessor.of(settings);
          case "Deed" -> PixelImageProcessor.anySize(settings);
          default ->
              throw config.wrong(
                  key,
                  "those of ViT, DeiT, Beit, CLIP, LayoutLMv3, Gemma3, Donut, Nougat, PPFormulaNet,"
                      + " Pix2Struct and Deed are supported");
        };
    settings.refuseOtherSteps();
    return processor;
  }
}
