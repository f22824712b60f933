package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelNameTest {
  @Test
  void ownerNameAndRevision() {
    assertThat(ModelName.parse("google/t5-v1_1-small@refs/pr/1"))
        .isEqualTo(new ModelName("google/t5-v1_1-small", "refs/pr/1"));
    assertThat(ModelName.parse("t5-small")).isEqualTo(new ModelName("t5-small", "main"));
    assertThat(ModelName.parse("t5-small")).hasToString("t5-small");
    assertThat(ModelName.parse("a/b@v1")).hasToString("a/b@v1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/",
        "/a",
        "a/b/c",
        "../a",
        "a/..",
        ".",
        "a--b",
        "a..b/c",
        "a b",
        "ä/b",
        "-a/b",
        "a@",
        "a@-x",
        "a@..",
        "a@x/../y",
        "a@/x",
        "a@x/",
        "a@x@y",
        "a\n/b",
        "C:\\models"
      })
  void whatIsNoName(String text) {
    assertThatThrownBy(() -> ModelName.parse(text)).isInstanceOf(InputException.class);
  }
}
