package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.files.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DEED's own image processor against its plain definition in docs/pictures.md. */
final class AnySizeImageProcessorTest {
  @TempDir Path folder = Path.of("");

  /** Sizes before, after shrinking, and after padding, as width × height. */
  @ParameterizedTest
  @CsvSource({
    "10, 7,  10, 7,  12, 8",
    "12, 8,  12, 8,  12, 8",
    "1, 1,   1, 1,   6, 4",
    "13, 5,  13, 5,  18, 8",
    "40, 9,  40, 9,  40, 12",
    "41, 9,  40, 8,  40, 8",
    "80, 32, 40, 16, 40, 16",
    "60, 33, 36, 20, 36, 20",
    "20, 21, 19, 20, 24, 20",
    "4000, 3, 40, 1, 40, 4",
    "3, 4000, 1, 20, 6, 20",
  })
  void shrinksPadsAndNormalises(
      int width, int height, int fitWidth, int fitHeight, int paddedWidth, int paddedHeight)
      throws IOException {
    ImageProcessor processor =
        open(
            """
            {"image_processor_type": "DeedImageProcessor", "longest": {"height": 20, "width": 40},
             "size_divisor": {"height": 4, "width": 6}, "pad_value": 250, "resample": 2,
             "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 1]}
            """);
    Picture picture = noise(width, height);
    Picture fit = Resizer.resize(picture, fitWidth, fitHeight, Resampling.BILINEAR);
    PixelValues values = (PixelValues) processor.process(picture, null, Interruption.NEVER);
    assertThat(new int[] {values.channels(), values.height(), values.width()})
        .containsExactly(3, paddedHeight, paddedWidth);
    float[] mean = {0.5f, 0.4f, 0.3f};
    float[] deviation = {0.5f, 0.25f, 1};
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < paddedHeight; y++) {
        for (int x = 0; x < paddedWidth; x++) {
          boolean inside = x < fitWidth && y < fitHeight;
          int sample = inside ? fit.rgb()[3 * (y * fitWidth + x) + channel] & 0xff : 250;
          float wanted = ((float) (sample * (1 / 255.0)) - mean[channel]) / deviation[channel];
          assertThat(values.values()[(channel * paddedHeight + y) * paddedWidth + x])
              .isEqualTo(wanted);
        }
      }
    }
  }

  @Test
  void paddingIsWhiteAndStepsMayBeOff() throws IOException {
    String type = "\"image_processor_type\": \"DeedImageProcessor\", \"longest\": [4, 4]";
    Picture black = new Picture(1, 1, new byte[3]);
    PixelValues white =
        (PixelValues)
            open("{" + type + ", \"size_divisor\": [1, 2]}")
                .process(black, null, Interruption.NEVER);
    assertThat(white.values()).containsExactly(-1, 1, -1, 1, -1, 1);
    PixelValues plain =
        (PixelValues)
            open("{" + type + ", \"size_divisor\": 4, \"do_pad\": false}")
                .process(black, null, Interruption.NEVER);
    assertThat(plain.width()).isEqualTo(1);
    Picture large = noise(9, 5);
    assertThat(open("{" + type + ", \"do_resize\": false}").resize(large, Interruption.NEVER))
        .isSameAs(large);
  }

  /** Text lines: lower pictures are enlarged, wider ones squeezed. */
  @ParameterizedTest
  @CsvSource({
    "10, 5,   40, 20",
    "3, 10,   6, 20",
    "13, 20,  13, 20",
    "30, 40,  15, 20",
    "500, 40, 50, 20",
    "1, 4000, 1, 20",
    "4000, 1, 50, 20",
  })
  void linesGetTheFullHeight(int width, int height, int filledWidth, int filledHeight)
      throws IOException {
    ImageProcessor processor =
        open(
            """
            {"image_processor_type": "DeedImageProcessor", "longest": {"height": 20, "width": 50},
             "fill_height": true}
            """);
    Picture picture = noise(width, height);
    assertThat(processor.resize(picture, Interruption.NEVER))
        .usingRecursiveComparison()
        .isEqualTo(Resizer.resize(picture, filledWidth, filledHeight, Resampling.BILINEAR));
  }

  @Test
  void coloursBecomeTheirBrightness() throws IOException {
    ImageProcessor processor =
        open(
            """
            {"image_processor_type": "DeedImageProcessor", "longest": [1, 4],
             "do_grayscale": true}
            """);
    byte[] rgb = {(byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 9, 9, 9};
    assertThat(processor.resize(new Picture(4, 1, rgb), Interruption.NEVER).rgb())
        .containsExactly(76, 76, 76, 150, 150, 150, 29, 29, 29, 9, 9, 9);
  }

  @Test
  void paleInkBecomesBlack() throws IOException {
    ImageProcessor processor =
        open(
            """
            {"image_processor_type": "DeedImageProcessor", "longest": [30, 90],
             "do_autocontrast": true}
            """);
    byte[] pale = {100, 100, 100, 110, 110, 110, 120, 120, 120, (byte) 150, (byte) 150, (byte) 150};
    assertThat(processor.resize(new Picture(4, 1, pale), Interruption.NEVER).rgb())
        .containsExactly(0, 0, 0, 51, 51, 51, 102, 102, 102, 255, 255, 255);
    byte[] flat = {100, 100, 100, 110, 110, 110, 100, 100, 100, 116, 116, 116};
    assertThat(processor.resize(new Picture(4, 1, flat), Interruption.NEVER).rgb()).isEqualTo(flat);
    Picture large = noise(90, 30);
    assertThat(new HashSet<>(bytes(processor.resize(large, Interruption.NEVER))))
        .contains((byte) 0, (byte) 255);
  }

  @Test
  void lightPrintBecomesDark() throws IOException {
    ImageProcessor processor =
        open(
            """
            {"image_processor_type": "DeedImageProcessor", "longest": [30, 90],
             "do_dark_on_light": true}
            """);
    byte[] light = {0, 1, 2, 127, 127, 127, (byte) 255, (byte) 200, (byte) 128};
    assertThat(processor.resize(new Picture(3, 1, light), Interruption.NEVER).rgb())
        .containsExactly(255, 254, 253, 128, 128, 128, 0, 55, 127);
    byte[] even = {0, 1, 2, 127, 127, 127, (byte) 255, (byte) 200, (byte) 128, -1, -1, -1};
    assertThat(processor.resize(new Picture(4, 1, even), Interruption.NEVER).rgb()).isEqualTo(even);
  }

  private static List<Byte> bytes(Picture picture) {
    List<Byte> bytes = new ArrayList<>();
    for (byte sample : picture.rgb()) {
      bytes.add(sample);
    }
    return bytes;
  }

  private static Picture noise(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(width).nextBytes(rgb);
    return new Picture(width, height, rgb);
  }

  private ImageProcessor open(String json) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), json);
    return ImageProcessor.open(folder);
  }
}
