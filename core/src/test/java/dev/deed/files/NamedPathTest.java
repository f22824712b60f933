package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text of others as a path. */
final class NamedPathTest {
  @Test
  void aTextIsThePathThatItNames() {
    assertThat(NamedPath.of("--input", "a/b.jsonl")).isEqualTo(Path.of("a/b.jsonl"));
    assertThat(NamedPath.in(Path.of("f"), "image", "b.png")).isEqualTo(Path.of("f/b.png"));
    assertThat(NamedPath.in(Path.of("f"), "image", "/b.png")).isEqualTo(Path.of("/b.png"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/a.png",
        "HTTP://x",
        "s3://bucket/a",
        "file:///tmp/a.png",
        "data:image/png;base64,AAAA"
      })
  void anAddressIsNoPath(String text) {
    assertThatThrownBy(() -> NamedPath.in(Path.of("f"), "image", text))
        .hasMessage(
            "image: is an address, and nothing is fetched or sent; give a path of this machine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c://a", "a:b", "data:", "a/b://c", "1x://y"})
  void colonsAloneMakeNoAddress(String text) {
    assertThat(NamedPath.of("--input", text)).isEqualTo(Path.of(text));
  }

  @Test
  void whatNoPathHoldsIsRefused() {
    assertThatThrownBy(() -> NamedPath.of("--input", "a\0b"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--input: is not a path (")
        .hasMessageContaining("; give one");
  }

  @Test
  void aLocaleWithoutTheCharactersIsNamed() {
    InvalidPathException unmappable = new InvalidPathException("käse.png", "unmappable");
    assertThat(NamedPath.wrong("image", unmappable, "ANSI_X3.4-1968"))
        .hasMessageContaining("image: cannot be a path in this locale")
        .hasMessageContaining("ANSI_X3.4-1968")
        .hasMessageEndingWith("LC_ALL=C.UTF-8");
    InvalidPathException half = new InvalidPathException("\ud800", "malformed");
    assertThat(NamedPath.wrong("image", half, "UTF-8"))
        .hasMessageContaining("image: is not a path (malformed)");
    InvalidPathException nul = new InvalidPathException("a\0", "NUL");
    assertThat(NamedPath.wrong("image", nul, "ANSI_X3.4-1968"))
        .hasMessageContaining("is not a path (NUL)");
  }
}
