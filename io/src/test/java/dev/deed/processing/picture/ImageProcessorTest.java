package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.files.Interruption;
import dev.deed.processing.Fixtures;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageProcessorTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"trocr", "donut", "udop", "nougat", "florence2", "pp_formulanet"})
  void goldenPixelValues(String family) throws IOException {
    Path golden = Shared.path("golden/hf/" + family);
    ImageProcessor processor = ImageProcessor.open(golden.resolve("model"));
    JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      for (JsonNode input : cases.get("inputs")) {
        String rgb = input.get("name").asText() + ".rgb";
        Picture picture =
            expected.tensors().containsKey(rgb)
                ? picture(expected, input)
                : new PictureReader().read(golden.resolve(input.get("image").asText()));
        Tensor values = tensor(expected, input, ".input.pixel_values");
        PixelValues made = pixels(processor.process(picture, null, Interruption.NEVER));
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
        FlattenedPatches made =
            patches(processor.process(picture(expected, input), null, Interruption.NEVER));
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
    ImageProcessor processor = ImageProcessor.square(64);
    PictureReader reader = new PictureReader();
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      for (String name : new String[] {"wide", "square"}) {
        String tensor = (name.equals("wide") ? "wide_image" : "text_image") + ".pixel_values";
        float[] values = Objects.requireNonNull(expected.tensors().get(tensor)).toFloats();
        PixelValues made =
            pixels(
                processor.process(
                    reader.read(golden.resolve(name + ".png")), null, Interruption.NEVER));
        assertThat(made.values()).usingComparatorWithPrecision(2e-7f).containsExactly(values);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit",
        "vit_old",
        "vit_fast",
        "vit_shortest",
        "vit_within",
        "vit_edges",
        "vit_uncut",
        "deit",
        "deit_old",
        "beit",
        "layoutlmv3",
        "donut",
        "donut_old",
        "donut_nearest",
        "donut_cropped",
        "donut_strip",
        "nougat",
        "nougat_turned",
        "nougat_strip",
        "clip",
        "clip_exact"
      })
  void pixelsEqualThoseOfTransformers(String name) throws IOException {
    Answer answer = Answer.read(name);
    PixelValues made =
        pixels(
            open(answer.settings).process(Fixtures.answer("resize.png"), null, Interruption.NEVER));
    assertThat(answer.shape).containsExactly(made.channels(), made.height(), made.width());
    assertThat(made.values()).isEqualTo(answer.values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pix2struct", "pix2struct_plain"})
  void patchesEqualThoseOfTransformers(String name) throws IOException {
    Answer answer = Answer.read(name);
    FlattenedPatches made =
        patches(
            open(answer.settings).process(Fixtures.answer("resize.png"), null, Interruption.NEVER));
    assertThat(answer.shape).containsExactly(made.most(), 2 + made.length());
    // 2e-7 of the largest value, 255 where nothing is normalised.
    assertThat(made.values()).usingComparatorWithPrecision(5e-5f).containsExactly(answer.values);
    int count = made.rows() * made.columns();
    int row = count * (2 + made.length());
    assertThat(count).isLessThanOrEqualTo(made.most());
    assertThat(Arrays.copyOfRange(made.values(), row, made.values().length)).containsOnly(0);
  }

  /**
   * What {@code tools/make_processor_fixtures.py} wrote.
   *
   * @param settings content of {@code preprocessor_config.json}
   */
  private record Answer(String settings, int[] shape, float[] values) {
    static Answer read(String name) throws IOException {
      String path = "/processors/" + name;
      String settings = new String(Fixtures.bytes(path + ".json"), StandardCharsets.UTF_8);
      byte[] deflated = Fixtures.bytes(path + ".f32");
      try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
        ByteBuffer buffer = ByteBuffer.wrap(in.readAllBytes());
        int[] shape = new int[buffer.getInt()];
        for (int i = 0; i < shape.length; i++) {
          shape[i] = buffer.getInt();
        }
        float[] values = new float[buffer.remaining() / Float.BYTES];
        buffer.asFloatBuffer().get(values);
        return new Answer(settings, shape, values);
      }
    }
  }

  @Test
  void settingsMayLieInTheFileOfTheWholeProcessor() throws IOException {
    Files.writeString(
        folder.resolve("processor_config.json"),
        """
        {"image_processor": {"image_processor_type": "ViTImageProcessor", "size": 3},
         "processor_class": "TrOCRProcessor"}
        """);
    // The nested settings win, as in Transformers.
    PixelValues values =
        pixels(
            open("{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 5}")
                .process(Fixtures.answer("resize.png"), null, Interruption.NEVER));
    assertThat(values.height()).isEqualTo(3);
    Files.writeString(folder.resolve("processor_config.json"), "{\"image_seq_length\": 5}");
    values =
        pixels(
            ImageProcessor.open(folder)
                .process(Fixtures.answer("resize.png"), null, Interruption.NEVER));
    assertThat(values.height()).isEqualTo(5);
  }

  @Test
  void foldersWithoutPictures() throws IOException {
    assertThat(ImageProcessor.find(folder)).isEmpty();
    String whisper =
        "{\"feature_extractor_type\": \"WhisperFeatureExtractor\", \"sampling_rate\": 16000}";
    Files.writeString(folder.resolve("preprocessor_config.json"), whisper);
    assertThat(ImageProcessor.find(folder)).isEmpty();
    assertThatThrownBy(() -> ImageProcessor.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("says nothing about pictures");
  }

  @Test
  void sidesThatAreTooUnequal() throws IOException {
    ImageProcessor donut = open("{\"image_processor_type\": \"DonutImageProcessor\"}");
    Picture thread = new Picture(1, 1_000, new byte[3_000]);
    assertThatThrownBy(() -> donut.process(thread, null, Interruption.NEVER))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("too unequal");
    ImageProcessor shortest =
        open(
            "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": {\"max_height\": 9, \"max_width\": 9}}");
    assertThatThrownBy(() -> shortest.process(thread, null, Interruption.NEVER))
        .hasMessageContaining("would become 0×9");
  }

  /** Torchvision's back end rescales mean and deviation, which a factor of 0 has no inverse for. */
  @Test
  void torchvisionScalesMeanAndDeviation() throws IOException {
    String type = "{\"image_processor_type\": \"PPFormulaNetImageProcessor\", \"size\": 2";
    Picture grey = new Picture(2, 2, new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
    float[] values = pixels(open(type + "}").process(grey, null, Interruption.NEVER)).values();
    assertThat(values).hasSize(12).containsOnly((9 - 0.7931f * 255) / (0.1738f * 255));
    values =
        pixels(open(type + ", \"do_normalize\": false}").process(grey, null, Interruption.NEVER))
            .values();
    assertThat(values).containsOnly(9 * (float) (1 / 255.0));
    assertThatThrownBy(() -> open(type + ", \"rescale_factor\": 0}"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rescale_factor");
  }

  @Test
  void aQuestionIsDrawnWhereTheModelReadsItThere() throws IOException {
    String type = "\"image_processor_type\": \"Pix2StructImageProcessor\", \"max_patches\": 50";
    Picture picture = Fixtures.answer("resize.png");
    ImageProcessor plain = open("{" + type + "}");
    assertThat(plain.drawsPrompt()).isFalse();
    assertThat(plain.withPrompt(picture, "What?", Interruption.NEVER)).isSameAs(picture);
    ImageProcessor questions = open("{" + type + ", \"is_vqa\": true}");
    assertThat(questions.drawsPrompt()).isTrue();
    assertThat(patches(questions.process(picture, "What?", Interruption.NEVER)).values())
        .isNotEqualTo(patches(plain.process(picture, null, Interruption.NEVER)).values());
    assertThatThrownBy(() -> questions.process(picture, null, Interruption.NEVER))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no prompt");
  }

  private static Picture picture(SafetensorsFile expected, JsonNode input) {
    Tensor rgb = tensor(expected, input, ".rgb");
    byte[] samples = new byte[(int) rgb.data().size()];
    rgb.data().read(0, MemorySegment.ofArray(samples));
    return new Picture(rgb.shape().get(1), rgb.shape().get(0), samples);
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
    PixelValues values =
        pixels(
            processor.process(new Picture(1, 1, new byte[] {1, 2, -1}), null, Interruption.NEVER));
    assertThat(values.values()).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 255, 255, 255, 255);
  }

  @Test
  void withoutResizeThePictureKeepsItsSize() throws IOException {
    ImageProcessor processor =
        open("{\"feature_extractor_type\": \"ViTFeatureExtractor\", \"do_resize\": false}");
    PixelValues values =
        pixels(
            processor.process(
                new Picture(2, 1, new byte[] {0, 0, 0, -1, -1, -1}), null, Interruption.NEVER));
    assertThat(values.values()).containsExactly(-1, 1, -1, 1, -1, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'image_processor_type': 'BlipImageProcessor'}|those of ViT, DeiT, Beit",
        "{'image_processor_type': 'NougatImageProcessor', 'do_center_crop': true}|do_center_crop",
        "{'image_processor_type': 'CLIPImageProcessor', 'do_pad': true}|do_pad",
        "{'feature_extractor_type': 'LayoutLMv2FeatureExtractor'}|those of ViT, DeiT, Beit",
        "{}|lacks \"image_processor_type\"",
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
        "{'image_processor_type': 'ViTImageProcessor', 'image_std': [1, 2, 1e999]}|must be a list of three numbers",
        "{'image_processor_type': 'ViTImageProcessor', 'do_resize': 1}|must be true or false",
        "{'image_processor_type': 'DonutImageProcessor', 'size': {'shortest_edge': 3}}|height and width are needed",
        "{'image_processor_type': 'Pix2StructImageProcessor', 'max_patches': 1000000}|too many for memory",
        "{'image_processor_type': 'Pix2StructImageProcessor', 'do_rescale': true}|do_rescale",
        "{'image_processor_type': 'DeedImageProcessor'}|the largest height and width are needed",
        "{'image_processor_type': 'DeedImageProcessor', 'longest': {'shortest_edge': 3}}|height and width are needed",
        "{'image_processor_type': 'DeedImageProcessor', 'longest': 0}|must be within 1..8192",
        "{'image_processor_type': 'DeedImageProcessor', 'longest': 9, 'size_divisor': 0}|size_divisor",
        "{'image_processor_type': 'DeedImageProcessor', 'longest': 9, 'pad_value': 256}|pad_value",
        "{'image_processor_type': 'DeedImageProcessor', 'longest': 9, 'do_center_crop': true}|do_center_crop"
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
