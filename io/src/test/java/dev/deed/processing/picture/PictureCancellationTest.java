package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.files.Interruption;
import dev.deed.processing.Fixtures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that nobody waits for are not decoded to their end. */
final class PictureCancellationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "interlaced.png",
        "chroma420.jpg",
        "cmyk.jpg",
        "orientation6.jpg",
        "rgb_lzw.tif",
        "tiled.tif",
        "lossy.webp",
        "lossless.webp",
        "palette.gif",
        "rgb.bmp"
      })
  void everyFormat(String name) {
    PictureReader reader = new PictureReader(PictureLimits.DEFAULT, () -> true);
    assertThatThrownBy(() -> reader.decode("picture x", Fixtures.bytes(name)))
        .isInstanceOf(CancellationException.class);
  }

  /** However small the file: twenty times before it is whole. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "tiff", "gif", "bmp"})
  void largePicturesAskOften(String format) throws IOException {
    byte[] large = written(format, new BufferedImage(1500, 1000, BufferedImage.TYPE_INT_RGB));
    AtomicInteger asked = new AtomicInteger();
    Interruption counting =
        () -> {
          asked.incrementAndGet();
          return false;
        };
    Picture whole = new PictureReader(PictureLimits.DEFAULT, counting).decode("x", large);
    assertThat(whole.height()).isEqualTo(1000);
    assertThat(asked.get()).isGreaterThan(20);
    int some = asked.get() / 2;
    asked.set(0);
    PictureReader leaving =
        new PictureReader(PictureLimits.DEFAULT, () -> asked.incrementAndGet() > some);
    assertThatThrownBy(() -> leaving.decode("x", large)).isInstanceOf(CancellationException.class);
  }

  private static byte[] written(String format, BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void resizing(boolean tall) {
    Picture picture = new Picture(20, tall ? 300 : 20, new byte[tall ? 18_000 : 1_200]);
    for (Resampling filter : new Resampling[] {Resampling.BICUBIC, Resampling.BOX}) {
      assertThatThrownBy(
              () -> Resizer.resize(picture, 7, 9, filter, ImageBackend.PILLOW, () -> true))
          .isInstanceOf(CancellationException.class);
    }
    assertThatThrownBy(() -> FloatResizer.resize(picture, new float[256], 7, 9, () -> true))
        .isInstanceOf(CancellationException.class);
  }
}
