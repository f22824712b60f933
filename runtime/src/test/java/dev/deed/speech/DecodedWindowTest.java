package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.speech.TranscriptionOptions.Thresholds;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a window is decoded again or passed over; ratios are those of Python's zlib. */
final class DecodedWindowTest {
  private static final Thresholds NONE = new Thresholds(Double.POSITIVE_INFINITY, null, null);

  @Test
  void ratios() {
    assertThat(DecodedWindow.compressionRatio(Collections.nCopies(40, 300), 51_865))
        .isCloseTo(6.153846, within(1e-6));
    List<Integer> various = IntStream.range(0, 40).map(i -> i * 7919 % 51_865).boxed().toList();
    assertThat(DecodedWindow.compressionRatio(various, 51_865)).isCloseTo(0.879121, within(1e-6));
    assertThat(DecodedWindow.compressionRatio(List.of(), 51_865)).isZero();
    assertThat(DecodedWindow.compressionRatio(" " + "… ".repeat(12)))
        .isCloseTo(3.133333, within(1e-6));
    assertThat(DecodedWindow.compressionRatio("")).isZero();
  }

  private static DecodedWindow window(double mean, double ratio, @Nullable Double noSpeech) {
    return new DecodedWindow(List.of(), 0, mean, ratio, 2.5, noSpeech);
  }

  @Test
  void thresholds() {
    assertThat(window(-9, 9, 0.9).isPoor(NONE)).isFalse();
    assertThat(window(-9, 9, 0.9).holdsNoSpeech(NONE)).isFalse();
    Thresholds all = new Thresholds(2.4, -1.0, 0.6);
    assertThat(window(-0.5, 2, 0.9).isPoor(all)).isFalse();
    assertThat(window(-0.5, 2.5, 0.1).isPoor(all)).isTrue();
    assertThat(window(-1.5, 2, 0.1).isPoor(all)).isTrue();
    assertThat(window(-1.5, 2.5, 0.7).isPoor(all)).isFalse();
    assertThat(window(-1.5, 2, 0.7).holdsNoSpeech(all)).isTrue();
    assertThat(window(-0.5, 2, 0.7).holdsNoSpeech(all)).isFalse();
    assertThat(window(-0.5, 2, 0.7).holdsNoSpeech(new Thresholds(null, null, 0.6))).isTrue();
    // Without a ratio of tokens the text's counts, which is 2.5 here.
    assertThat(window(-0.5, 1, 0.1).isPoor(new Thresholds(null, -1.0, 0.6))).isTrue();
    assertThat(window(-0.5, 1, 0.1).isPoor(all)).isFalse();
  }
}
