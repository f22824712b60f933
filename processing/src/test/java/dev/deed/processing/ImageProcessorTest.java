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
import org.junit.jupiter.params.provider.ValueSource;

class ImageProcessorTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"trocr", "donut", "udop"})
  void goldenPixelValues(String family) throws IOException {
    Path golden = Shared.path("golden/hf/" + family);
    ImageProcessor processor = ImageProcessor.open(golden.resolve("model"));
    JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      for (JsonNode input : cases.get("inputs")) {
        Picture picture = picture(expected, input);
        Tensor values = tensor(expected, input, ".input.pixel_values");
        PixelValues made = pixels(processor.process(picture));
        assertThat(made.height()).isEqualTo(values.shape().get(1));
        assertThat(made.width()).isEqualTo(values.shape().get(2));
        assertThat(made.values()).isEqualTo(values.toFloats());
      }
    }
  }

  @Test
  void goldenFlattenedPatches() throws IOException {
    Path golden = Shared.path("golden/hf/pix2struct");
    ImageProcessor processor = ImageProcessor.open(golden.resolve("model"));
    JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      for (JsonNode input : cases.get("inputs")) {
        Tensor values = tensor(expected, input, ".input.flattened_patches");
        FlattenedPatches made = patches(processor.process(picture(expected, input)));
        assertThat(made.most()).isEqualTo(values.shape().get(0));
        assertThat(2 + made.length()).isEqualTo(values.shape().get(1));
        assertThat(made.values())
            .usingComparatorWithPrecision(2e-6f)
            .containsExactly(values.toFloats());
      }
    }
  }

  @Test
  void goldenOfa() throws IOException {
    Path golden = Shared.path("golden/ofa");
    PixelImageProcessor processor = ImageProcessor.square(64);
    PictureReader reader = new PictureReader();
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      for (String name : new String[] {"wide", "square"}) {
        String tensor = (name.equals("wide") ? "wide_image" : "text_image") + ".pixel_values";
        float[] values = Objects.requireNonNull(expected.tensors().get(tensor)).toFloats();
        PixelValues made = pixels(processor.process(reader.read(golden.resolve(name + ".png"))));
        assertThat(made.values()).usingComparatorWithPrecision(2e-7f).containsExactly(values);
      }
    }
  }

  private static Picture picture(SafetensorsFile expected, JsonNode input) {
    Tensor rgb = tensor(expected, input, ".rgb");
    return new Picture(rgb.shape().get(1), rgb.shape().get(0), rgb.toBytes());
  }

  private static Tensor tensor(SafetensorsFile expected, JsonNode input, String suffix) {
    return Objects.requireNonNull(expected.tensors().get(input.get("name").asText() + suffix));
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
        "{'image_processor_type': 'CLIPImageProcessor'}|those of ViT, DeiT, Beit",
        "{'feature_extractor_type': 'LayoutLMv2FeatureExtractor'}|those of ViT, DeiT, Beit",
        "{}|lacks \"feature_extractor_type\"",
        "{'image_processor_type': 'ViTImageProcessor', 'do_center_crop': true}|do_center_crop needs",
        "{'image_processor_type': 'ViTImageProcessor', 'do_flip_channel_order': true}|do_flip",
        "{'image_processor_type': 'ViTImageProcessor', 'do_thumbnail': true}|do_thumbnail",
        "{'image_processor_type': 'ViTImageProcessor', 'do_pad': true, 'pad_size': 300}|do_pad",
        "{'image_processor_type': 'ViTImageProcessor', 'resample': 6}|must be within 0..5",
        "{'image_processor_type': 'ViTImageProcessor', 'size': {'longest_edge': 3}}|shortest_edge",
        "{'image_processor_type': 'ViTImageProcessor', 'size': 0}|must be within 1..8192",
        "{'image_processor_type': 'ViTImageProcessor', 'size': 'big'}|must be a whole number",
        "{'image_processor_type': 'ViTImageProcessor', 'size': [3]}|must be a whole number",
        "{'image_processor_type': 'ViTImageProcessor', 'image_std': [1, 0, 1]}|no deviation can be 0",
        "{'image_processor_type': 'ViTImageProcessor', 'image_mean': [1, 2]}|must be a list of three numbers",
        "{'image_processor_type': 'ViTImageProcessor', 'do_resize': 1}|must be true or false",
        "{'image_processor_type': 'DonutImageProcessor', 'size': {'shortest_edge': 3}}|height and width are needed",
        "{'image_processor_type': 'Pix2StructImageProcessor', 'max_patches': 1000000}|too many for memory",
        "{'image_processor_type': 'Pix2StructImageProcessor', 'do_rescale': true}|do_rescale"
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
    return (PixelValues) image;
  }

  private static FlattenedPatches patches(EncoderImage image) {
    return (FlattenedPatches) image;
  }
}
