package dev.deed.processing;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptHeaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"short", "two", "marks", "hyphens", "long", "missing", "blank"})
  void drawsAsPillowDoesWithTheSameFont(String name) {
    String text = new String(Fixtures.bytes("/headers/" + name + ".txt"), StandardCharsets.UTF_8);
    PictureReaderTest.assertSame(PromptHeader.draw(text), Fixtures.answer("/headers/" + name), 0);
  }
}
