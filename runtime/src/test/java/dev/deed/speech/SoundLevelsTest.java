package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where a sound begins behind a quiet, in frames of 10 ms. */
final class SoundLevelsTest {
  private static final int RATE = 16_000;
  private static final int HOP = 160;

  private final Random random = new Random(1);

  /** Noise whose amplitude changes; pairs of seconds and amplitudes. */
  private SoundLevels levels(double... parts) {
    double seconds = 0;
    for (int i = 0; i < parts.length; i += 2) {
      seconds += parts[i];
    }
    float[] samples = new float[(int) Math.round(seconds * RATE)];
    int at = 0;
    for (int i = 0; i < parts.length; i += 2) {
      for (int end = at + (int) Math.round(parts[i] * RATE); at < end; at++) {
        samples[at] = (float) (parts[i + 1] * (2 * random.nextDouble() - 1));
      }
    }
    return new SoundLevels(samples, RATE, HOP);
  }

  @Test
  void aLongQuietIsLeftOutButForALittle() {
    SoundLevels levels = levels(11, 0, 2, 0.3, 5, 0.001, 2, 0.2);
    assertThat(levels.onset(0, 1300)).isEqualTo(1080);
    assertThat(levels.onset(400, 1300)).isEqualTo(1080);
    assertThat(levels.onset(1300, 2000)).isEqualTo(1780);
    // Frames behind the recording are those that fill up its last window.
    assertThat(levels.onset(1300, 3000)).isEqualTo(1780);
  }

  @Test
  void pausesSofterSoundsAndSilenceStay() {
    assertThat(levels(2.9, 0, 2, 0.3).onset(0, 490)).isZero();
    // Music, 20 dB below; a room, 34 dB below.
    assertThat(levels(10, 0.03, 2, 0.3).onset(0, 1200)).isZero();
    assertThat(levels(10, 0.006, 2, 0.3).onset(0, 1200)).isZero();
    // A click, or a whisper before the speech, counts as its beginning.
    assertThat(levels(4, 0, 0.01, 0.3, 6, 0, 2, 0.3).onset(0, 1201)).isEqualTo(380);
    assertThat(levels(4, 0, 2, 0.02, 2, 0.3).onset(0, 800)).isEqualTo(380);
    assertThat(levels(9, 0).onset(0, 900)).isZero();
    assertThat(levels(9, 0.3).onset(0, 900)).isZero();
    assertThat(levels(1, 0.3).onset(100, 200)).isEqualTo(100);
  }
}
