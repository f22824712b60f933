package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose folders say that they need a picture, or words. */
final class RequiredInputsTest {
  private static final Path MODELS = Path.of(System.getProperty("deed.root", ".."), "models");
  private static final Path MODEL = MODELS.resolve("ofa-tasks");
  private static final String TOLD =
      "input: has a prompt but no picture; this model reads pictures: give an image";

  @Test
  void aRequestWithoutItIsRefusedAndOthersAreAnswered() throws Exception {
    Input question = Input.ofText("what is the color of the rectangle?");
    Input whole = question.withImage(MODEL.resolve("samples/shape-1.png"));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(MODEL, 1)) {
      assertThatThrownBy(() -> model.generate(question))
          .isInstanceOf(InputException.class)
          .hasMessage(TOLD);
      List<Result<Generation>> results =
          model.generate(
              List.of(
                  new Request(question, GenerationOptions.defaults()),
                  new Request(whole, GenerationOptions.defaults())));
      assertThat(results.getFirst()).isInstanceOf(Result.Refused.class);
      assertThat(results.getLast().orThrow().text()).isEqualTo("yellow");
      assertThatThrownBy(
              () -> model.internals().features(question.withDecoderPrefix(new int[] {1})))
          .hasMessage(TOLD);
      try (Engine engine = model.engine(EngineOptions.defaults())) {
        Result<Generation> refused =
            engine.submit(new Request(question, GenerationOptions.defaults())).result().get();
        assertThat(((Result.Refused) refused).error()).hasMessage(TOLD);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"values", "ofa-tasks"})
  void aBlankPromptIsRefusedWhereTheFolderNeedsWords(String name) throws Exception {
    String told = "prompt: is empty; give a text: this model reads it";
    try (EncoderDecoderModel model = EncoderDecoderModel.open(MODELS.resolve(name), 1);
        Engine engine = model.engine(EngineOptions.defaults())) {
      for (String blank : List.of("", " ", "\n\t ")) {
        Input input = Input.ofText(blank).withImage(MODEL.resolve("samples/shape-1.png"));
        assertThatThrownBy(() -> model.generate(input))
            .isInstanceOf(InputException.class)
            .hasMessage(told);
        Result<Generation> refused =
            engine.submit(new Request(input, GenerationOptions.defaults())).result().get();
        assertThat(((Result.Refused) refused).error()).hasMessage(told);
      }
    }
  }
}
