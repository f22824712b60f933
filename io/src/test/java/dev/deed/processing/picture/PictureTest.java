package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PictureTest {
  @Test
  void partsOfAPicture() {
    byte[] rgb = new byte[3 * 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) i;
    }
    Picture picture = new Picture(4, 3, rgb);
    Picture part = picture.crop(1, 1, 3, 3);
    assertThat(part.width()).isEqualTo(2);
    assertThat(part.rgb()).containsExactly(15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32);
    assertThat(picture.crop(0, 0, 4, 3).rgb()).isEqualTo(rgb);
    for (int[] bad : new int[][] {{2, 0, 2, 3}, {0, 2, 4, 1}, {-1, 0, 1, 1}, {0, 0, 5, 1}}) {
      assertThatThrownBy(() -> picture.crop(bad[0], bad[1], bad[2], bad[3]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
