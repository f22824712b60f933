package dev.deed.evaluation;

import dev.deed.processing.tokenizer.VocabularyTrainer;
import dev.deed.processing.tokenizer.VocabularyTrainer.WordLevelTrainer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A model folder that answers in words: the random vision model of the golden exits with a
 * vocabulary {@code w100 …} and a picture processor.
 */
public final class TinyModel {
  /** The golden folder, without tokenizer. */
  public static final Path GOLDEN =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("core/src/test/resources/golden/exits/vision");

  private TinyModel() {}

  /** Writes the model to a new folder inside {@code parent}. */
  public static Path write(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("model"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(GOLDEN.resolve("model").resolve(file), folder.resolve(file));
    }
    WordLevelTrainer words =
        new WordLevelTrainer(new VocabularyTrainer.Options(500, 1, false, false, false));
    for (int i = 100; i < 600; i++) {
      words.add("w" + i);
    }
    words.finish().writeTo(folder);
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"image_processor_type": "ViTImageProcessor", "do_resize": true, "resample": 2,
         "size": {"height": 32, "width": 32}, "do_rescale": true, "do_normalize": true,
         "rescale_factor": 0.00392156862745098,
         "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
        """);
    return folder;
  }

  /** Writes a picture of noise. */
  public static Path picture(Path file, int seed) throws IOException {
    byte[] rgb = new byte[32 * 32 * 3];
    new Random(seed).nextBytes(rgb);
    BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 32 * 32; i++) {
      int red = rgb[3 * i] & 0xff;
      int green = rgb[3 * i + 1] & 0xff;
      int blue = rgb[3 * i + 2] & 0xff;
      picture.setRGB(i % 32, i / 32, red << 16 | green << 8 | blue);
    }
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }
}
