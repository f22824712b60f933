package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PngWriterTest {
  @Test
  void whatIsWrittenReadsBackTheSame() {
    byte[] rgb = new byte[3 * 37 * 21];
    new Random(1).nextBytes(rgb);
    Picture read = new PictureReader().decode("x", PngWriter.encode(new Picture(37, 21, rgb)));
    assertThat(read.width()).isEqualTo(37);
    assertThat(read.rgb()).isEqualTo(rgb);
  }

  @Test
  void greyIsLumaAndKeepsGreyPictures() {
    byte[] rgb = {(byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 77, 77, 77};
    byte[] grey = PngWriter.encodeGrey(new Picture(2, 2, rgb));
    // 26 bytes into a PNG stand its bits a sample and its kind: 8, grey.
    assertThat(grey[24]).isEqualTo((byte) 8);
    assertThat(grey[25]).isZero();
    byte[] read = new PictureReader().decode("x", grey).rgb();
    assertThat(read)
        .containsExactly(76, 76, 76, (byte) 150, (byte) 150, (byte) 150, 29, 29, 29, 77, 77, 77);
  }
}
