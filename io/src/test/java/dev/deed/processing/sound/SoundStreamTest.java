package dev.deed.processing.sound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.files.Interruption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SoundStreamTest {
  @Test
  void piecesGiveTheSamplesOfTheWhole() {
    byte[] sound = new byte[48_000];
    new Random(3).nextBytes(sound);
    float[] mono = new float[sound.length / 2];
    for (int i = 0; i < mono.length; i++) {
      mono[i] = (short) (sound[2 * i] & 0xff | sound[2 * i + 1] << 8) / 32_768f;
    }
    SoundLimits limits = SoundLimits.DEFAULT;
    float[] whole =
        new SoundReader(16_000, limits, Interruption.NEVER).resample(mono, 24_000).samples();
    for (int piece : new int[] {2, 34, 4800, 48_000}) {
      SoundStream stream = new SoundStream(24_000, 2, false, 16_000);
      float[] all = new float[0];
      for (int at = 0; at < sound.length; at += piece) {
        float[] more =
            stream.next(Arrays.copyOfRange(sound, at, Math.min(sound.length, at + piece)));
        all = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, all, all.length - more.length, more.length);
      }
      assertThat(all).hasSizeGreaterThan(15_980).isEqualTo(Arrays.copyOf(whole, all.length));
    }
  }

  @Test
  void logarithmsAreReadByTheirLaw() {
    assertThat(new SoundStream(16_000, 1, false, 16_000).next(new byte[] {0, (byte) 0xff}))
        .containsExactly(-32_124 / 32_768f, 0);
    assertThat(new SoundStream(16_000, 1, true, 16_000).next(new byte[] {0x2a, (byte) 0xd5}))
        .containsExactly(-32_256 / 32_768f, 8 / 32_768f);
  }
}
