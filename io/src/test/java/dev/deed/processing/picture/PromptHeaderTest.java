package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.files.Interruption;
import dev.deed.processing.Fixtures;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptHeaderTest {
  private final PromptHeader header = new PromptHeader();

  @ParameterizedTest
  @ValueSource(strings = {"short", "marks", "missing", "blank"})
  void drawsAsPillowDoesWithTheSameFont(String name) {
    String text = new String(Fixtures.bytes("/headers/" + name + ".txt"), StandardCharsets.UTF_8);
    PictureReaderTest.assertSame(header.draw(text), Fixtures.answer("/headers/" + name), 0);
  }

  @Test
  void breaksLinesAsPythonDoes() throws IOException {
    for (JsonNode one : new ObjectMapper().readTree(Fixtures.bytes("/headers/lines.json"))) {
      List<String> lines = new ArrayList<>();
      one.get("lines").forEach(line -> lines.add(line.asText()));
      assertThat(PromptHeader.LineBreaks.wrap(one.get("text").asText(), 80)).isEqualTo(lines);
    }
  }

  @Test
  void theNarrowerPartIsEnlarged() {
    Picture drawn = header.draw("What is it?");
    Picture small = new Picture(20, 10, new byte[600]);
    Picture both = header.above(small, "What is it?", Interruption.NEVER);
    assertThat(both.width()).isEqualTo(drawn.width());
    assertThat(both.height()).isEqualTo(drawn.height() + 10 * drawn.width() / 20);
    Picture large = new Picture(1000, 50, new byte[150_000]);
    both = header.above(large, "What is it?", Interruption.NEVER);
    assertThat(both.width()).isEqualTo(1000);
    assertThat(both.height()).isEqualTo(50 + 1000 * drawn.height() / drawn.width());
    assertThat(both.rgb()).endsWith(large.rgb());
  }

  @Test
  void whatCannotBeDrawn() {
    Picture narrow = new Picture(1, 300_000, new byte[900_000]);
    assertThatThrownBy(() -> header.above(narrow, "What is it?", Interruption.NEVER))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("too narrow for a header");
    assertThatThrownBy(() -> header.draw("x".repeat(5_000)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than the 4096 of a header");
  }
}
