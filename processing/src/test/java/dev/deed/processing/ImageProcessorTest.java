package dev.deed.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.InputException;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageProcessorTest {
  @TempDir Path folder = Path.of("");

  @Test
  void goldenPixelValues() throws IOException {
    Path golden = Shared.path("golden/hf/trocr");
    ImageProcessor processor = ImageProcessor.open(golden.resolve("model"));
    JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      for (JsonNode input : cases.get("inputs")) {
        String name = input.get("name").asText();
        Tensor rgb = Objects.requireNonNull(expected.tensors().get(name + ".rgb"));
        Tensor values =
            Objects.requireNonNull(expected.tensors().get(name + ".input.pixel_values"));
        Picture picture = new Picture(rgb.shape().get(1), rgb.shape().get(0), rgb.toBytes());
        PixelValues made = pixels(processor.process(picture));
        assertThat(made.height()).isEqualTo(values.shape().get(1));
        assertThat(made.width()).isEqualTo(values.shape().get(2));
        assertThat(made.values()).isEqualTo(values.toFloats());
      }
    }
  }

  @Test
  void sizeMayBeOneNumberAndStepsMayBeOff() throws IOException {
    ImageProcessor processor =
        open(
            """
            {"image_processor_type": "ViTImageProcessor", "size": 2, "resample": 3, "do_rescale": false,
             "do_normalize": false, "do_center_crop": false, "do_pad": null}
            """);
    PixelValues values = pixels(processor.process(new Picture(1, 1, new byte[] {1, 2, -1})));
    assertThat(values.values()).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 255, 255, 255, 255);
  }

  @Test
  void withoutResizeThePictureKeepsItsSize() throws IOException {
    ImageProcessor processor =
        open("{\"feature_extractor_type\": \"ViTFeatureExtractor\", \"do_resize\": false}");
    PixelValues values =
        pixels(processor.process(new Picture(2, 1, new byte[] {0, 0, 0, -1, -1, -1})));
    assertThat(values.values()).containsExactly(-1, 1, -1, 1, -1, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'image_processor_type': 'CLIPImageProcessor'}|ViTImageProcessor is the one supported",
        "{}|lacks \"feature_extractor_type\"",
        "{'image_processor_type': 'ViTImageProcessor', 'do_center_crop': true}|do_center_crop",
        "{'image_processor_type': 'ViTImageProcessor', 'resample': 1}|2 (bilinear) and 3 (bicubic)",
        "{'image_processor_type': 'ViTImageProcessor', 'size': {'shortest_edge': 3}}|height and width",
        "{'image_processor_type': 'ViTImageProcessor', 'size': 0}|must be within 1..16384",
        "{'image_processor_type': 'ViTImageProcessor', 'size': 'big'}|must be a whole number",
        "{'image_processor_type': 'ViTImageProcessor', 'image_std': [1, 0, 1]}|no deviation can be 0",
        "{'image_processor_type': 'ViTImageProcessor', 'image_mean': [1, 2]}|must be a list of three numbers",
        "{'image_processor_type': 'ViTImageProcessor', 'do_resize': 1}|must be true or false"
      },
      quoteCharacter = '`')
  void whatWouldChangeResultsIsRefused(String json, String message) {
    assertThatThrownBy(() -> open(json.replace('\'', '"')))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void missingFile() {
    assertThatThrownBy(() -> ImageProcessor.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("preprocessor_config.json");
  }

  private ImageProcessor open(String json) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), json);
    return ImageProcessor.open(folder);
  }

  private static PixelValues pixels(EncoderImage image) {
    return switch (image) {
      case PixelValues values -> values;
    };
  }
}
