package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.processing.Fixtures;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizerTest {
  @ParameterizedTest
  @CsvSource({
    "16,16", "41,20", "23,31", "53,44", "1,1", "7,80", "124,1", "36,20", "36,21", "50,12"
  })
  void equalsPillowSampleForSample(int width, int height) {
    Picture source = Fixtures.answer("resize.png");
    for (Resampling filter : Resampling.values()) {
      String name =
          "resize-%s-%dx%d".formatted(filter.name().toLowerCase(Locale.ROOT), width, height);
      if (Fixtures.has(name + ".rgb")) {
        PictureReaderTest.assertSame(
            Resizer.resize(source, width, height, filter), Fixtures.answer(name), 0);
      }
    }
  }

  @Test
  void sameSizeIsTheSamePicture() {
    Picture source = Fixtures.answer("resize.png");
    assertThat(Resizer.resize(source, 41, 31, Resampling.BICUBIC)).isSameAs(source);
  }

  @Test
  void refusesEmptyTargets() {
    assertThatThrownBy(
            () -> Resizer.resize(Fixtures.answer("resize.png"), 0, 5, Resampling.BILINEAR))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
