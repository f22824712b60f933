package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures that take places among tokens count as tokens, as a picture and as a tensor. */
final class PicturePromptTest {
  private static final GenerationOptions SHORT =
      GenerationOptions.defaults().withBeams(1).withMaxNewTokens(2);

  /**
   * A golden folder with a prompt about a picture, in three forms.
   *
   * @param image prompt and picture
   * @param tensor the prompt and the picture's pixels
   * @param ids tokens that keep the picture's places
   */
  private record Case(EncoderDecoderModel model, Input image, Input tensor, int[] ids)
      implements AutoCloseable {
    static Case open(String family, String name) throws IOException {
      Path golden = Shared.path("golden/hf/" + family);
      JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
      JsonNode input =
          StreamSupport.stream(cases.get("inputs").spliterator(), false)
              .filter(each -> each.get("name").asText().equals(name))
              .findFirst()
              .orElseThrow();
      Input text = Input.ofText(input.get("prompt").asText());
      int[] ids =
          StreamSupport.stream(input.get("input_ids").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      try (SafetensorsFile file = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
        String pixels = name + ".input.pixel_values";
        Values values = Values.of(Objects.requireNonNull(file.tensors().get(pixels)));
        return new Case(
            EncoderDecoderModel.open(golden.resolve("model"), 1),
            text.withImage(golden.resolve(input.get("image").asText())),
            text.withTensor("pixel_values", values.numbers(), values.shape()),
            ids);
      }
    }

    @Override
    public void close() {
      model.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"florence2, in0, 9", "t5gemma2, in4, 11"})
  void aPictureCountsWithItsRows(String family, String name, int alone) throws IOException {
    try (Case one = Case.open(family, name)) {
      for (Input input : List.of(one.image, one.tensor)) {
        assertThat(one.model.countTokens(input)).isEqualTo(one.ids.length);
        assertThat(one.model.countTokens(input.withText(null))).isEqualTo(alone);
      }
      assertThat(one.model.countTokens(Input.empty())).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"florence2, in0, 9", "t5gemma2, in4, 11"})
  void theBoundCountsThem(String family, String name, int alone) throws IOException {
    try (Case one = Case.open(family, name)) {
      for (Input input : List.of(one.image, one.tensor)) {
        requireBound(one.model, input, one.ids.length);
        requireBound(one.model, input.withText(null), alone);
      }
      requireBound(one.model, one.tensor.withText(null).withTokenIds(one.ids), one.ids.length);
    }
  }

  private static void requireBound(EncoderDecoderModel model, Input input, int tokens) {
    EngineOptions options = EngineOptions.defaults().withKnee(2).withMaxPromptTokens(tokens);
    try (Engine engine = model.engine(options)) {
      assertThat(engine.countTokens(input)).isEqualTo(tokens);
      Ticket ticket = engine.submit(new Request(input, SHORT));
      assertThat(ticket.result().join()).isInstanceOf(Result.Answered.class);
      assertThat(ticket.sourceLength()).isEqualTo(tokens);
    }
    for (int most : new int[] {1, 4, tokens - 1}) {
      try (Engine engine = model.engine(options.withMaxPromptTokens(most))) {
        for (ThrowingCallable door :
            List.<ThrowingCallable>of(
                () -> engine.countTokens(input), () -> answer(engine, input))) {
          assertThatThrownBy(door)
              .isInstanceOf(InputException.class)
              .hasMessageContaining("comes to more than the " + most + " tokens allowed");
        }
      }
    }
  }

  private static void answer(Engine engine, Input input) {
    if (engine.submit(new Request(input, SHORT)).result().join()
        instanceof Result.Refused<Generation>(InputException error)) {
      throw error;
    }
  }

  /** What memory is reserved for is at least what the encoder makes. */
  @ParameterizedTest
  @CsvSource({"florence2, in0", "t5gemma2, in4"})
  void theirMemoryIsReserved(String family, String name) throws IOException {
    try (Case one = Case.open(family, name);
        Engine engine = one.model.engine(EngineOptions.defaults().withKnee(2))) {
      int most = Integer.MAX_VALUE;
      Input prompt = one.image.withImage((Path) null);
      int text = engine.preparation().mostPositions(prompt, most);
      for (Input input : List.of(one.image, one.tensor)) {
        assertThat(engine.preparation().mostPositions(input, most))
            .isGreaterThan(text)
            .isGreaterThanOrEqualTo(one.ids.length);
        assertThat(engine.preparation().mostPositions(input.withText(null), most))
            .isGreaterThanOrEqualTo(one.model.countTokens(input.withText(null)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"florence2, in0", "t5gemma2, in4"})
  void whatDoesNotGoTogetherIsRefused(String family, String name) throws IOException {
    try (Case one = Case.open(family, name)) {
      Input empty = Input.ofTokenIds(one.ids);
      assertThatThrownBy(() -> one.model.generate(empty, SHORT))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("keep places of a picture")
          .hasMessageContaining("there is none");
      assertThatThrownBy(() -> one.model.generate(one.tensor.withTokenIds(new int[] {3, 4}), SHORT))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("keep 0 places of a picture");
      assertThatThrownBy(() -> one.model.generate(one.image.withLanguages("de", null), SHORT))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("source_language: this model has no tokens of languages");
      Input flat = one.image.withTensor("pixel_values", new float[6], List.of(6));
      assertThatThrownBy(() -> one.model.countTokens(flat))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("pixel_values: has the shape [6]");
    }
  }
}
