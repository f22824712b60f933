package dev.deed.processing.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders for the Java Sound API that a user adds, such as {@link ToneReader}. */
final class ProvidedSoundTest {
  private static float[] read(String file) {
    return new SoundReader(16_000, SoundLimits.DEFAULT, Interruption.NEVER)
        .decode("x", file.getBytes(StandardCharsets.ISO_8859_1))
        .samples();
  }

  @Test
  void plainAndCodedSamples() {
    assertThat(read("TONES\u0040")).hasSize(100).containsOnly(0.5f);
    // 0xd5 is A-law's least positive number.
    assertThat(read("TONEA\u00d5")).hasSize(100).containsOnly(8 / 32_768f);
  }

  @ParameterizedTest
  @CsvSource({
    "TONEX1, no decoder is there for its coding X; give a WAV or FLAC",
    "TONER1, -1 samples a second; 4000 to 192000 are read",
    "TONE?1, the sound is damaged: two; give an intact file"
  })
  void whatTheyCannotDecode(String file, String why) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  /** They are in a module of their own, which is not here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "OggS",
        "\u001a\u0045\u00df\u00a3",
        "....ftypM4A ",
        "ID3",
        "\u00ff\u00fb",
        "\u00ff\u00f1"
      })
  void compressedSoundNamesItsModule(String file) {
    assertThatThrownBy(() -> read(file + "\0".repeat(99)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "x: no decoder is there for its container; add dev.deed:deed-sound to the class path,"
                + " or give a WAV or FLAC");
  }

  /** As in a fat jar, whose jars a common pool's threads do not know. */
  @Test
  void decodersAreFoundWhateverTheThread() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      assertThat(read("TONES\u0040")).hasSize(100);
      assertThat(thread.getContextClassLoader()).isSameAs(ClassLoader.getPlatformClassLoader());
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
