package dev.deed.processing.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.processing.Fixtures;
import dev.deed.value.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Pillow refuses is refused: {@code tools/make_picture_fixtures.py} asked it. */
final class DamagedPicturesTest {
  /**
   * How many inverted bytes are taken that Pillow objects to, all of them in TIFF: of fax codes, of
   * the end behind the last LZW code, and of tags that bear on nothing here.
   */
  private static final Map<String, Integer> UNNOTICED =
      Map.of(
          "bilevel_tiff_ccitt.tif", 1,
          "grey16.tif", 1,
          "grey_alpha.tif", 3,
          "pages.tif", 1,
          "predicted.tif", 1,
          "profile.tif", 1,
          "rgb_lzw.tif", 1,
          "tiled.tif", 1,
          "turned.tif", 1);

  private final PictureReader reader = new PictureReader();

  private static JsonNode answers() throws IOException {
    return new ObjectMapper().readTree(Fixtures.bytes("/damaged-pictures.json"));
  }

  static Stream<String> pictures() throws IOException {
    return answers().properties().stream().map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void everyTruncationIsRefused(String name) throws IOException {
    byte[] whole = Fixtures.bytes(name);
    int least = answers().path(name).path("least").asInt();
    for (int length = 0; length < least; length += length < least - 40 ? 13 : 1) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> reader.decode("picture x", part))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(InputException.class)
          .hasMessageMatching("picture x: [^\n]+; [^\n]+");
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void damageThatPillowNoticesIsNoticed(String name) throws IOException {
    String takenByPillow = answers().path(name).path("inverted").asText();
    List<Integer> unnoticed = new ArrayList<>();
    for (int i = 0; i < takenByPillow.length(); i++) {
      byte[] damaged = Fixtures.bytes(name);
      damaged[7 * i] ^= (byte) 0xff;
      if (takenByPillow.charAt(i) == '0' && isTaken(damaged)) {
        unnoticed.add(7 * i);
      }
    }
    assertThat(unnoticed).hasSize(UNNOTICED.getOrDefault(name, 0));
  }

  private boolean isTaken(byte[] file) {
    try {
      reader.decode("picture x", file);
      return true;
    } catch (InputException e) {
      return false;
    }
  }

  /** Texts and profiles that unpack to a thousand times their size are nobody's pixels. */
  @ParameterizedTest
  @ValueSource(strings = {"zTXtComment\0\0", "iTXtXML:com.adobe.xmp\0\1\0\0\0", "iCCPprofile\0\0"})
  void whatBearsOnNoPixelIsNotUnpacked(String begin) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(begin.getBytes(StandardCharsets.ISO_8859_1));
    try (OutputStream text = new DeflaterOutputStream(packed)) {
      for (int i = 0; i < 512; i++) {
        text.write(new byte[1 << 20]);
      }
    }
    byte[] whole = Fixtures.bytes("rgb.png");
    int header = 33;
    ByteBuffer bomb = ByteBuffer.allocate(whole.length + packed.size() + 8);
    bomb.put(whole, 0, header).putInt(packed.size() - 4).put(packed.toByteArray()).putInt(0);
    bomb.put(whole, header, whole.length - header);
    PictureReaderTest.mendChecksums(bomb.array());
    PictureReaderTest.assertSame(reader.decode("x", bomb.array()), Fixtures.answer("rgb.png"), 0);
  }

  /** Ten entities of ten each, eleven deep: whoever parses the packet unfolds them. */
  @Test
  void entitiesOfXmpAreNotUnfolded() {
    StringBuilder xmp = new StringBuilder("http://ns.adobe.com/xap/1.0/\0<!DOCTYPE x [");
    xmp.append("<!ENTITY a0 'deep'>");
    for (int i = 1; i < 12; i++) {
      xmp.append("<!ENTITY a%d '%s'>".formatted(i, "&a%d;".formatted(i - 1).repeat(10)));
    }
    xmp.append("]><x tiff:Make='&a11;' tiff:Orientation=\"6\"/>");
    byte[] whole = Fixtures.bytes("grey.jpg");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(whole, 0, 2);
    segment(out, 0xe1, xmp.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write(whole, 2, whole.length - 2);
    Picture upright = reader.decode("x", out.toByteArray());
    assertThat(upright.width()).isEqualTo(Fixtures.answer("grey.jpg").height());
  }

  /** A JPEG whose codes end before its pixels do; decoders make up the rest. */
  @Test
  void missingSamplesOfAJpegAreTold() {
    byte[] whole = Fixtures.bytes("orientation1.jpg");
    byte[] cut = Arrays.copyOf(whole, whole.length - 100);
    cut[cut.length - 2] = (byte) 0xff;
    cut[cut.length - 1] = (byte) 0xd9;
    refuses(cut, "truncated");
  }

  @Test
  void garbageBehindThePictureIsNobodys() {
    for (String name : List.of("rgb.png", "grey.jpg", "palette.gif", "lossless.webp", "rgb.bmp")) {
      byte[] whole = Fixtures.bytes(name);
      byte[] more = Arrays.copyOf(whole, whole.length + 50);
      Arrays.fill(more, whole.length, more.length, (byte) 'g');
      PictureReaderTest.assertSame(reader.decode(name, more), Fixtures.answer(name), 0);
    }
  }

  /** A scan of a few bytes stands for all blocks of a picture. */
  @Test
  void scansAreLimitedByWhatTheyGoThrough() {
    assertThat(reader.decode("x", manyScans(40, 16)).width()).isEqualTo(40);
    assertThat(reader.decode("x", manyScans(1600, 100)).width()).isEqualTo(1600);
    refuses(manyScans(7000, 17), "its scans go through 833000000 pixels");
    refuses(manyScans(7000, 100), "baseline");
  }

  /** A decoder may believe another header than we do, and another size with it. */
  @Test
  void aSecondFrameHeaderIsRefused() {
    byte[] whole = manyScans(40, 2);
    byte[] larger = {8, 0x7f, 0, 0x7f, 0, 1, 1, 0x11, 0};
    for (int marker : new int[] {0xc0, 0xc2, 0xc3, 0xc8, 0xde, 0xdf}) {
      ByteArrayOutputStream behind = new ByteArrayOutputStream();
      behind.write(whole, 0, whole.length - 2);
      segment(behind, marker, larger);
      behind.write(whole, whole.length - 2, 2);
      refuses(behind.toByteArray(), "second frame header");
    }
    ByteArrayOutputStream before = new ByteArrayOutputStream();
    before.write(whole, 0, 2);
    segment(before, 0xc0, larger);
    before.write(whole, 2, whole.length - 2);
    refuses(before.toByteArray(), "second frame header");
  }

  /** A progressive JPEG whose scans hold nothing but ends of bands. */
  static byte[] manyScans(int edge, int scans) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd8});
    byte[] quantisation = new byte[65];
    Arrays.fill(quantisation, 1, 65, (byte) 1);
    segment(out, 0xdb, quantisation);
    ByteBuffer frame = ByteBuffer.allocate(9).put((byte) 8).putShort((short) edge);
    segment(out, 0xc2, frame.putShort((short) edge).put(new byte[] {1, 1, 0x11, 0}).array());
    byte[] codes = new byte[18];
    codes[0] = 0x10;
    codes[1] = 1;
    codes[17] = (byte) 0xe0; // One code, of one bit: as many ends as the 14 bits behind it say.
    segment(out, 0xc4, codes);
    int blocks = (edge + 7) / 8 * ((edge + 7) / 8);
    int runs = (blocks + 32_766) / 32_767;
    for (int scan = 0; scan < scans; scan++) {
      byte band = (byte) (1 + scan % 63);
      segment(out, 0xda, new byte[] {1, 1, 0, band, band, 0});
      entropy(out, runs);
    }
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd9});
    return out.toByteArray();
  }

  private static void entropy(ByteArrayOutputStream out, int runs) {
    int bits = 15 * runs;
    for (int at = 0; at < bits; at += 8) {
      int code = 0;
      for (int bit = at; bit < at + 8; bit++) {
        code = code << 1 | (bit < bits && bit % 15 == 0 ? 0 : 1);
      }
      out.write(code);
      if (code == 0xff) {
        out.write(0);
      }
    }
  }

  private static void segment(ByteArrayOutputStream out, int marker, byte[] content) {
    out.write(0xff);
    out.write(marker);
    out.write(content.length + 2 >> 8);
    out.write(content.length + 2);
    out.writeBytes(content);
  }

  private void refuses(byte[] file, String why) {
    assertThatThrownBy(() -> reader.decode("picture x", file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }
}
