package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.decode.Features;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDOP and LaTr from folder to answer, on the fixtures of tools/make_document_fixtures.py. */
final class DocumentModelsTest {
  private static final Path FIXTURES =
      Path.of(System.getProperty("deed.root", "..")).resolve("core/src/test/resources/families");

  @ParameterizedTest
  @ValueSource(strings = {"udop", "latr", "latr-stem"})
  void decoderAndEveryExitAgree(String family) throws IOException {
    Path golden = FIXTURES.resolve(family);
    JsonNode cases = cases(golden);
    int[] prefix =
        StreamSupport.stream(
                cases.path("teacher_forcing").path("decoder_input_ids").spliterator(), false)
            .mapToInt(JsonNode::asInt)
            .toArray();
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        EncoderDecoderModel model = EncoderDecoderModel.open(golden.resolve("model"), 1)) {
      Map<String, Tensor> tensors = expected.tensors();
      for (JsonNode one : cases.path("inputs")) {
        String name = one.path("name").asText();
        Features features =
            model.internals().features(input(tensors, name).withDecoderPrefix(prefix));
        agree(tensors, name + ".encoder.output", features.encoder().hidden());
        agree(tensors, name + ".decoder.embed", features.hidden().getFirst());
        int layers = model.internals().spec().decoderLayers();
        for (int layer = 0; layer < layers; layer++) {
          agree(tensors, name + ".decoder.layer" + layer, features.hidden().get(layer + 1));
        }
        features
            .exitLogits()
            .forEach(
                (exit, logits) ->
                    agree(
                        tensors,
                        exit == layers ? name + ".logits" : name + ".exit." + exit + ".logits",
                        logits));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"udop", "latr", "latr-stem"})
  void tokensLeaveWhereTheyShould(String family) throws IOException {
    Path golden = FIXTURES.resolve(family);
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        EncoderDecoderModel model = EncoderDecoderModel.open(golden.resolve("model"), 2)) {
      for (JsonNode one : cases(golden).path("inputs")) {
        Input input = input(expected.tensors(), one.path("name").asText());
        for (JsonNode run : one.path("greedy")) {
          ExitSettings policy =
              run.path("threshold").isNull()
                  ? ExitSettings.full()
                  : ExitSettings.maxProbability(run.path("threshold").asDouble());
          GenerationOptions options =
              GenerationOptions.defaults().withMaxNewTokens(12).withExits(policy);
          List<Token> tokens = model.generate(input, options).tokens();
          assertThat(tokens).extracting(Token::id).isEqualTo(integers(run.path("tokens")));
          assertThat(tokens).extracting(Token::exitLayer).isEqualTo(integers(run.path("layers")));
        }
      }
    }
  }

  @Test
  void boxesThatDoNotFitAreToldApart() {
    try (EncoderDecoderModel latr = EncoderDecoderModel.open(FIXTURES.resolve("latr/model"), 1)) {
      assertThatThrownBy(() -> encode(latr, boxes(1, 0, 0, 9, 9)))
          .hasMessageContaining("shape [1, 4]");
      assertThatThrownBy(() -> encode(latr, boxes(2, 0, 0, 0, 0, 1, 2, 3, 1001)))
          .hasMessageContaining("box of token 1 holds 1001.0");
      assertThatThrownBy(() -> encode(latr, boxes(2, 0.5f, 0, 1, 1, 0, 0, 1, 1)))
          .hasMessageContaining("whole numbers");
      assertThatThrownBy(() -> encode(latr, boxes(2, 5, 0, 4, 1, 0, 0, 1, 1)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("ends before it begins");
    }
  }

  /** A question without a page: as if every token had the box 0 0 0 0. */
  @Test
  void withoutBoxesNoTokenHasAPlace() {
    try (EncoderDecoderModel latr = EncoderDecoderModel.open(FIXTURES.resolve("latr/model"), 1)) {
      Input input = Input.ofTokenIds(3, 1).withDecoderPrefix(new int[] {0});
      Input boxed =
          input.withTensor(
              Part.BOXES.tensorName(),
              boxes(2, 0, 0, 0, 0, 0, 0, 0, 0).numbers(),
              boxes(2, 0, 0, 0, 0, 0, 0, 0, 0).shape());
      assertThat(latr.internals().features(input).encoder().hidden())
          .isEqualTo(latr.internals().features(boxed).encoder().hidden());
      assertThatThrownBy(
              () -> latr.internals().features(Input.empty().withDecoderPrefix(new int[] {0})))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("give a prompt, or ocr with width and height");
    }
  }

  @Test
  void whatAModelWithoutBoxesDoesNotReadIsRefused() {
    try (EncoderDecoderModel stem =
        EncoderDecoderModel.open(FIXTURES.resolve("latr-stem/model"), 1)) {
      Input input = Input.ofTokenIds(3, 1).withDecoderPrefix(new int[] {0});
      assertThatThrownBy(() -> encode(stem, boxes(2, 0, 0, 0, 0, 0, 0, 0, 0)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("bbox: is nothing that this model reads");
      Values large = Values.of(new float[3 * 17 * 40], 3, 17, 40);
      assertThatThrownBy(
              () ->
                  stem.internals()
                      .features(
                          input.withTensor(
                              Part.PIXELS.tensorName(), large.numbers(), large.shape())))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("a picture of 40×17")
          .hasMessageContaining("1×1 to 40×16");
      assertThatThrownBy(
              () -> stem.internals().features(Input.empty().withDecoderPrefix(new int[] {0})))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("has no text; this model reads text: give a prompt");
    }
  }

  /** Pictures of several sizes and a prompt alone, in one batch and one by one. */
  /** Biases of all positions over all take the square of their number. */
  @Test
  void memoryOfLongPagesIsReserved() {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FIXTURES.resolve("udop/model"), 1);
        Engine engine = model.engine(EngineOptions.defaults().withMemory(64 << 20))) {
      Request longPage = new Request(Input.ofTokenIds(new int[4096]), GenerationOptions.defaults());
      assertThatThrownBy(() -> engine.submit(longPage))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("MB of memory, the engine has 64 MB");
    }
  }

  @Test
  void batchesOfDifferentSizesGiveTheBitsOfOneByOne() {
    Path golden = FIXTURES.resolve("latr-stem");
    GenerationOptions options =
        GenerationOptions.defaults()
            .withMaxNewTokens(12)
            .withExits(ExitSettings.maxProbability(0.35));
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        EncoderDecoderModel model = EncoderDecoderModel.open(golden.resolve("model"), 2)) {
      List<Input> inputs =
          List.of("in0", "in1", "in2").stream()
              .map(name -> input(expected.tensors(), name))
              .toList();
      List<Result<Generation>> together =
          model.generate(inputs.stream().map(input -> new Request(input, options)).toList());
      for (int i = 0; i < inputs.size(); i++) {
        List<Token> alone = model.generate(inputs.get(i), options).tokens();
        assertThat(together.get(i).orThrow().tokens()).isEqualTo(alone);
      }
    }
  }

  private static void encode(EncoderDecoderModel model, Values boxes) {
    Input input = Input.ofTokenIds(3, 1).withDecoderPrefix(new int[] {0});
    model
        .internals()
        .features(input.withTensor(Part.BOXES.tensorName(), boxes.numbers(), boxes.shape()));
  }

  private static Values boxes(int rows, float... sides) {
    return Values.of(sides, rows, 4);
  }

  private static JsonNode cases(Path golden) throws IOException {
    return new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
  }

  private static Input input(Map<String, Tensor> tensors, String name) {
    Tensor ids = Objects.requireNonNull(tensors.get(name + ".input.input_ids"));
    Input input = Input.ofTokenIds(ids.toInts());
    for (Part part : List.of(Part.BOXES, Part.PIXELS)) {
      Tensor tensor = tensors.get(name + ".input." + part.tensorName());
      if (tensor != null) {
        Values values = Values.of(tensor);
        input = input.withTensor(part.tensorName(), values.numbers(), values.shape());
      }
    }
    return input;
  }

  private static void agree(Map<String, Tensor> tensors, String name, float[] actual) {
    float[] expected = Objects.requireNonNull(tensors.get(name), name).toFloats();
    float largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).as(name).containsExactly(expected, within(1e-4f * largest));
  }

  private static List<Integer> integers(JsonNode list) {
    List<Integer> values = new ArrayList<>();
    list.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
