package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.OpenOptions.Screening;
import dev.deed.value.Alternative;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link GenerationOptions#withAlternatives(int)} tells more of an answer and changes none. */
final class TokenAlternativesTest {
  private static final Path MODEL =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("models/screenshot-markup");
  private static final Input SAMPLE = Input.ofImage(MODEL.resolve("samples/one-row.png"));
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withConstraint(null).withMaxNewTokens(12);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersStayTheSame(boolean screened) {
    OpenOptions open =
        OpenOptions.defaults()
            .withThreads(2)
            .withScreening(screened ? Screening.ON : Screening.AUTO);
    try (var model = EncoderDecoderModel.open(MODEL, open)) {
      List<Token> heard = new ArrayList<>();
      Generation plain = model.generate(SAMPLE, OPTIONS);
      Generation asked =
          model.generate(SAMPLE, OPTIONS.withAlternatives(3), (token, text) -> heard.add(token));
      assertThat(asked.tokens()).isEqualTo(heard);
      assertThat(plain.tokens()).allMatch(token -> token.alternatives().isEmpty());
      assertThat(asked.tokens().stream().map(TokenAlternativesTest::without).toList())
          .isEqualTo(plain.tokens());
      assertThat(asked.text()).isEqualTo(plain.text());
      assertThat(asked.headLookups()).isEqualTo(plain.headLookups());
      for (Token token : asked.tokens()) {
        Alternative first = token.alternatives().getFirst();
        assertThat(token.alternatives()).hasSize(3);
        assertThat(first.id()).isEqualTo(token.id());
        assertThat(first.probability()).isEqualTo(StrictMath.exp(token.logProbability()));
      }
      assertThat(asked.text())
          .isEqualTo(
              String.join(
                      "",
                      asked.tokens().stream()
                          .map(token -> token.alternatives().getFirst().text())
                          .toList())
                  .strip());
    }
  }

  private static Token without(Token token) {
    return new Token(
        token.index(),
        token.id(),
        token.exitLayer(),
        token.confidence(),
        token.logProbability(),
        token.consulted(),
        List.of());
  }

  @Test
  void countsOutOfRangeAndSettingsOfThatNameAreRefused() {
    for (int count : new int[] {-1, 21}) {
      assertThatThrownBy(() -> OPTIONS.withAlternatives(count))
          .isInstanceOf(InputException.class)
          .hasMessage("alternatives: are " + count + "; give 0..20");
    }
    assertThatThrownBy(() -> OPTIONS.withSetting("alternatives", 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("alternatives");
    assertThat(
            OPTIONS.withAlternatives(20).withBeams(2).withExits(ExitSettings.full()).alternatives())
        .isEqualTo(20);
    assertThat(OPTIONS.withAlternatives(1))
        .isNotEqualTo(OPTIONS)
        .isEqualTo(OPTIONS.withAlternatives(1));
  }
}
