package dev.deed.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.InputException;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureReaderTest {
  private final PictureReader reader = new PictureReader();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png", "grey.png", "grey_alpha.png", "rgba.png", "palette8.png", "palette4.png",
            "palette1.png",
        "bilevel.png", "grey2.png", "rgb16.png", "gamma.png", "interlaced.png",
            "interlaced_tiny.png", "turned.png",
        "palette.gif", "rgb.bmp"
      })
  void losslessFormatsEqualPillow(String name) {
    assertSame(reader.decode(name, Fixtures.bytes(name)), Fixtures.answer(name), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void jpegIsTurnedUpright(int orientation) {
    String name = "orientation" + orientation + ".jpg";
    assertSame(reader.decode(name, Fixtures.bytes(name)), Fixtures.answer(name), 3);
  }

  @Test
  void greyJpeg() {
    assertSame(reader.decode("grey", Fixtures.bytes("grey.jpg")), Fixtures.answer("grey.jpg"), 3);
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
        Picture answer = new Picture(rgb.shape().get(1), rgb.shape().get(0), rgb.toBytes());
        assertSame(reader.read(file), answer, file.toString().endsWith(".jpg") ? 3 : 0);
      }
    }
  }

  @Test
  void everyTruncationIsOneClearLine() {
    for (String name :
        new String[] {"rgb.png", "palette4.png", "palette.gif", "rgb.bmp", "orientation6.jpg"}) {
      byte[] whole = Fixtures.bytes(name);
      for (int length = 0; length < whole.length; length += name.endsWith("png") ? 1 : 37) {
        byte[] part = Arrays.copyOf(whole, length);
        if (name.endsWith("png")) {
          assertThatThrownBy(() -> reader.decode("picture x", part))
              .isInstanceOf(InputException.class)
              .hasMessageMatching("picture x: [^\n]+; [^\n]+");
        } else {
          decodesOrRefuses(part);
        }
      }
    }
  }

  @Test
  void damagedBytesNeverEscapeAsAnotherError() {
    Random random = new Random(7);
    for (String name :
        new String[] {"rgb.png", "interlaced.png", "palette1.png", "palette.gif", "grey.jpg"}) {
      for (int round = 0; round < 300; round++) {
        byte[] bytes = Fixtures.bytes(name);
        for (int i = 0; i < 1 + round % 4; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        mendChecksums(bytes);
        decodesOrRefuses(bytes);
      }
    }
  }

  @Test
  void absurdSizesAreRefusedBeforeAllocation() {
    byte[] bytes = Fixtures.bytes("rgb.png");
    bytes[16] = 0x7f;
    mendChecksums(bytes);
    assertThatThrownBy(() -> reader.decode("picture x", bytes))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("are more than the 50000000 allowed");
    byte[] few = Fixtures.bytes("rgb.png");
    few[18] = 0x10;
    few[22] = 0x10;
    mendChecksums(few);
    assertThatThrownBy(() -> reader.decode("picture x", few)).hasMessageContaining("truncated");
  }

  @Test
  void limitsHold() {
    PictureReader strict = new PictureReader(new PictureLimits(100, 50));
    assertThatThrownBy(() -> strict.decode("picture x", Fixtures.bytes("rgb.png")))
        .hasMessageContaining("more than the 100 bytes allowed");
    assertThatThrownBy(
            () ->
                new PictureReader(new PictureLimits(100_000, 50))
                    .decode("x", Fixtures.bytes("grey.jpg")))
        .hasMessageContaining("24×16 pixels are more than the 50 allowed");
  }

  @Test
  void whatIsNoPicture() {
    assertThatThrownBy(() -> reader.decode("picture x", "hello".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("picture x: it is no picture of a known format; give a PNG, JPEG, GIF or BMP");
    assertThatThrownBy(() -> reader.decode("picture x", new byte[0]))
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
  private static void mendChecksums(byte[] png) {
    ByteBuffer buffer = ByteBuffer.wrap(png);
    int at = 8;
    while (PngDecoder.isPng(png) && at + 12 <= png.length) {
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

  static void assertSame(Picture actual, Picture expected, int tolerance) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.height()).isEqualTo(expected.height());
    int worst = 0;
    for (int i = 0; i < actual.rgb().length; i++) {
      worst = Math.max(worst, Math.abs((actual.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff)));
    }
    assertThat(worst).as("largest difference in levels").isLessThanOrEqualTo(tolerance);
  }
}
