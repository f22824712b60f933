package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.files.Interruption;
import dev.deed.processing.Fixtures;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public class PictureReaderTest {
  private final PictureReader reader = new PictureReader();

  /** Every picture of the fixtures, in whatever format. */
  static Stream<String> fixtures() {
    return Fixtures.names().stream().filter(name -> !name.endsWith(".rgb"));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void equalsPillow(String name) {
    // The codec rounds YCbCr that is not a JPEG in its own way.
    int tolerance = name.equals("ycbcr.tif") ? 1 : 0;
    assertSame(reader.decode(name, Fixtures.bytes(name)), Fixtures.answer(name), tolerance);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trocr", "donut", "udop", "pix2struct"})
  void goldenPictures(String family) throws IOException {
    Path folder = Shared.path("golden/hf/" + family);
    JsonNode cases = new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
    try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
      for (JsonNode input : cases.get("inputs")) {
        Path file = folder.resolve(input.get("image").asText());
        Tensor rgb =
            Objects.requireNonNull(expected.tensors().get(input.get("name").asText() + ".rgb"));
        byte[] samples = new byte[(int) rgb.data().size()];
        rgb.data().read(0, MemorySegment.ofArray(samples));
        Picture answer = new Picture(rgb.shape().get(1), rgb.shape().get(0), samples);
        assertSame(reader.read(file), answer, 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png", "palette4.png", "orientation6.jpg", "progressive.jpg", "cmyk.jpg", "lossy.webp",
        "alpha_lossless.webp", "rgb_lzw.tif", "tiled.tif", "rgb_jpeg.tif", "palette.gif", "rgb.bmp"
      })
  void everyTruncationIsOneClearLine(String name) {
    byte[] whole = Fixtures.bytes(name);
    // A GIF ends with a mark that nobody misses, TIFF writers pad.
    int last = name.endsWith("gif") || name.endsWith("tif") ? whole.length - 2 : whole.length;
    for (int length = 0; length < last; length += name.endsWith("png") ? 1 : 11) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> reader.decode("picture x", part))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(InputException.class)
          .hasMessageMatching("picture x: [^\n]+; [^\n]+");
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void damagedBytesNeverEscapeAsAnotherError(String name) {
    Random random = new Random(name.hashCode());
    for (int round = 0; round < 40; round++) {
      byte[] bytes = Fixtures.bytes(name);
      for (int i = 0; i < 1 + round % 4; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      mendChecksums(bytes);
      decodesOrRefuses(bytes);
    }
  }

  @Test
  void absurdSizesAreRefusedBeforeAllocation() {
    byte[] bytes = Fixtures.bytes("rgb.png");
    bytes[16] = 0x7f;
    mendChecksums(bytes);
    assertThatThrownBy(() -> reader.decode("picture x", bytes))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isTooLarge)
        .hasMessageContaining("a side is longer than the 65535 allowed");
    byte[] many = Fixtures.bytes("rgb.png");
    many[18] = 0x7f;
    many[22] = 0x7f;
    mendChecksums(many);
    assertThatThrownBy(() -> reader.decode("picture x", many))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isTooLarge)
        .hasMessageContaining(
            "are more than the " + PictureLimits.DEFAULT.maxPixels() + " allowed");
    byte[] few = Fixtures.bytes("rgb.png");
    few[18] = 0x10;
    few[22] = 0x10;
    mendChecksums(few);
    assertThatThrownBy(() -> reader.decode("picture x", few)).hasMessageContaining("truncated");
  }

  private static void isTooLarge(InputException e) {
    assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(e.in("line 3").kind()).isEqualTo(Kind.TOO_LARGE);
  }

  private static void isUnsupported(InputException e) {
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED_PICTURE);
  }

  @Test
  void streamsAndDecodedPicturesHaveLimitsToo() {
    PictureReader strict = new PictureReader(new PictureLimits(3, 50), Interruption.NEVER);
    assertThatThrownBy(() -> strict.bytes(new ByteArrayInputStream(new byte[4])))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isTooLarge)
        .hasMessage("picture: more than the 3 bytes allowed; give a smaller file");
    BufferedImage huge =
        new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB) {
          @Override
          public int getWidth() {
            return 1 << 20;
          }

          @Override
          public int getHeight() {
            return 1 << 20;
          }
        };
    assertThatThrownBy(() -> new PictureReader().copy(huge))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isTooLarge)
        .hasMessageContaining("1048576×1048576 pixels");
  }

  @Test
  void limitsHold() {
    PictureReader strict = new PictureReader(new PictureLimits(100, 50), Interruption.NEVER);
    assertThatThrownBy(() -> strict.decode("picture x", Fixtures.bytes("rgb.png")))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isTooLarge)
        .hasMessageContaining("more than the 100 bytes allowed");
    assertThatThrownBy(
            () ->
                new PictureReader(new PictureLimits(100_000, 50), Interruption.NEVER)
                    .decode("x", Fixtures.bytes("grey.jpg")))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isTooLarge)
        .hasMessageContaining("24×16 pixels are more than the 50 allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "orientation6.jpg",
        "rgb_lzw.tif",
        "tiled.tif",
        "lossy.webp",
        "lossless.webp",
        "profile.webp",
        "palette.gif",
        "palette_placed.gif",
        "rgb.bmp"
      })
  void pixelsAreLimitedInEveryFormat(String name) {
    PictureReader small = new PictureReader(new PictureLimits(100_000, 50), Interruption.NEVER);
    assertThatThrownBy(() -> small.decode("picture x", Fixtures.bytes(name)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("pixels are more than the 50 allowed");
  }

  @ParameterizedTest
  @CsvSource({"70000, 1", "1, 70000"})
  void sidesAreLimited(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    assertThatThrownBy(() -> reader.copy(image))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isTooLarge)
        .hasMessage(
            "picture: %d×%d pixels: a side is longer than the 65535 allowed; give a smaller picture, or cut it into pieces"
                .formatted(width, height));
  }

  /** A heap holds what its largest picture takes, several times. */
  @Test
  void smallHeapsTakeSmallerPictures() {
    assertThat(PictureLimits.forHeap(256L << 20).maxPixels()).isEqualTo(16L << 20);
    assertThat(PictureLimits.forHeap(4L << 30).maxPixels()).isEqualTo(50_000_000);
    assertThat(PictureLimits.forHeap(1).maxPixels()).isEqualTo(4_000_000);
    assertThat(PictureLimits.forHeap(4L << 30).quick().maxPixels()).isEqualTo(4_000_000);
  }

  @Test
  void bmpThatHoldsAnotherFormatIsRefused() {
    byte[] bmp = Fixtures.bytes("rgb.bmp");
    bmp[30] = 4;
    assertThatThrownBy(() -> reader.decode("picture x", bmp))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds a picture of another format");
  }

  @Test
  void kindsThatAreNotSupportedAreNamed() {
    byte[] jpeg = Fixtures.bytes("grey.jpg");
    int frame = indexOf(jpeg, 0xff, 0xc0);
    jpeg[frame + 1] = (byte) 0xc9;
    refuses(jpeg, "lossless, hierarchical or arithmetic coding");
    jpeg[frame + 1] = (byte) 0xc0;
    jpeg[frame + 4] = 12;
    refuses(jpeg, "12 bits a sample");
    byte[] tiff = Fixtures.bytes("rgb_none.tif");
    tiff[2] = 43;
    refuses(tiff, "BigTIFF");
    byte[] webp = Fixtures.bytes("profile.webp");
    webp[20] |= 2;
    refuses(webp, "animated WebP");
    byte[] compressed = Fixtures.bytes("white_is_0.tif");
    setTag(compressed, 259, 6);
    refuses(compressed, "compression 6");
    byte[] lab = Fixtures.bytes("rgb16.tif");
    setTag(lab, 262, 8);
    refuses(lab, "photometric interpretation 8");
    byte[] far = Fixtures.bytes("white_is_0.tif");
    setTag(far, 273, 60_000);
    refuses(far, "truncated");
  }

  private void refuses(byte[] file, String why) {
    assertThatThrownBy(() -> reader.decode("picture x", file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  private static int indexOf(byte[] file, int first, int second) {
    for (int i = 0; i + 1 < file.length; i++) {
      if ((file[i] & 0xff) == first && (file[i + 1] & 0xff) == second) {
        return i;
      }
    }
    throw new AssertionError("no such bytes");
  }

  /** Sets a tag with one value in the directory of a small TIFF, least byte first. */
  private static void setTag(byte[] file, int tag, int value) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = buffer.getInt(4);
    for (int i = 0; i < buffer.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if ((buffer.getShort(entry) & 0xffff) == tag) {
        buffer.putInt(entry + 8, value);
        return;
      }
    }
    throw new AssertionError("no tag " + tag);
  }

  @Test
  void whatIsNoPicture() {
    assertThatThrownBy(() -> reader.decode("picture x", "hello".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isUnsupported)
        .hasMessage(
            "picture x: it is no picture of a known format; give a PNG, JPEG, TIFF, WebP, GIF or"
                + " BMP");
    assertThatThrownBy(
            () -> reader.decode("picture x", "%PDF-1.7".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isUnsupported)
        .hasMessageContaining("it is a PDF; give its pages as pictures: pdftoppm");
    assertThatThrownBy(() -> reader.decode("picture x", new byte[0]))
        .isInstanceOfSatisfying(InputException.class, PictureReaderTest::isUnsupported)
        .hasMessageContaining("it is empty");
    assertThatThrownBy(() -> reader.read(Path.of("nowhere.png")))
        .hasMessage("picture nowhere.png: there is no such file; check the path");
  }

  private void decodesOrRefuses(byte[] bytes) {
    try {
      assertThat(reader.decode("x", bytes).rgb()).isNotEmpty();
    } catch (InputException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
    }
  }

  /**
   * Gives every chunk of a PNG a right checksum, so that damage reaches the code behind the check.
   */
  static void mendChecksums(byte[] png) {
    ByteBuffer buffer = ByteBuffer.wrap(png);
    int at = 8;
    while ("image/png".equals(PictureReader.mediaType(png)) && at + 12 <= png.length) {
      int length = buffer.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(png, at + 4, length + 4);
      buffer.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }

  public static void assertSame(Picture actual, Picture expected, int tolerance) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.height()).isEqualTo(expected.height());
    int worst = 0;
    for (int i = 0; i < actual.rgb().length; i++) {
      worst = Math.max(worst, Math.abs((actual.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff)));
    }
    assertThat(worst).as("largest difference in levels").isLessThanOrEqualTo(tolerance);
  }
}
