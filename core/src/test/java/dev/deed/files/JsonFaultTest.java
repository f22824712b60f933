package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

/** Words of the parser that say what its own source calls things are none of a client's. */
final class JsonFaultTest {
  private static JsonFault of(String text) {
    return JsonFault.of(
        catchThrowableOfType(
            JsonProcessingException.class, () -> new JsonLimits(5).mapper().readTree(text)));
  }

  @Test
  void whatIsTooManyIsCountedInOurWords() {
    assertThat(of("[1, 2, 3, 4, 5, 6]").reason())
        .isEqualTo("more than 5 values, names and brackets");
  }

  @Test
  void settingsOfTheParserAreNotNamed() {
    assertThat(of("NaN").reason()).isEqualTo("Non-standard token 'NaN'");
    assertThat(of("{} {}").reason())
        .isEqualTo("Trailing token (of type START_OBJECT) found after value");
  }
}
