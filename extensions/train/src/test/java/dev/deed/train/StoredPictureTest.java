package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredPictureTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "3, 1", "16, 9", "256, 256"})
  void aPlainGroundTakesLittleAndNoiseWhatItIs(int width, int height) {
    byte[] ground = new byte[3 * width * height];
    Arrays.fill(ground, (byte) 200);
    byte[] noise = ground.clone();
    new Random(1).nextBytes(noise);

    StoredPicture plain = StoredPicture.deflate(new Picture(width, height, ground));
    StoredPicture noisy = StoredPicture.deflate(new Picture(width, height, noise));

    assertThat(plain.picture().rgb()).isEqualTo(ground);
    assertThat(plain.bytes().length).isLessThanOrEqualTo(Math.max(9, ground.length / 20));
    assertThat(noisy.picture().rgb()).isEqualTo(noise);
    assertThat(noisy.bytes().length).isEqualTo(noise.length);
    for (StoredPicture stored : new StoredPicture[] {plain, noisy}) {
      assertThat(stored.picture().width()).isEqualTo(stored.width()).isEqualTo(width);
      assertThat(stored.picture().height()).isEqualTo(stored.height()).isEqualTo(height);
    }
  }

  /** docs/training.md states what drawn pages and lines of text take. */
  @ParameterizedTest
  @CsvSource({"referring, 0.06", "text-lines, 0.45"})
  void samplesOfShippedModelsTakeWhatTheDocumentsSay(String model, double most) throws IOException {
    Path samples =
        Path.of(System.getProperty("deed.root", ".."))
            .resolve("models/%s/samples".formatted(model));
    long plainBytes = 0;
    long storedBytes = 0;
    for (Path file : pictures(samples)) {
      Picture picture = new PictureReader().copy(ImageIO.read(file.toFile()));
      plainBytes += picture.rgb().length;
      storedBytes += StoredPicture.deflate(picture).bytes().length;
    }

    assertThat(plainBytes).isPositive();
    assertThat((double) storedBytes / plainBytes).isLessThan(most);
  }

  private static List<Path> pictures(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).toList();
    }
  }
}
