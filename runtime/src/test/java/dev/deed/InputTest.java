package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InputTest {
  private static final Values PATCHES = Values.of(new float[] {1, 1, 9, 1, 2, 9, 0, 0, 0}, 3, 3);

  private static final Path MODEL =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("models/screenshot-markup");

  @TempDir private Path folder;

  @Test
  void picturesThatAreNotReadSayOfWhichKindTheyAre() throws Exception {
    byte[] sample = Files.readAllBytes(MODEL.resolve("samples/one-row.png"));
    List<Refused> cases =
        List.of(
            new Refused("no picture".getBytes(StandardCharsets.UTF_8), Kind.UNSUPPORTED_PICTURE),
            new Refused("%PDF-1.7".getBytes(StandardCharsets.UTF_8), Kind.UNSUPPORTED_PICTURE),
            new Refused(new byte[0], Kind.UNSUPPORTED_PICTURE),
            new Refused(claiming(sample, 60_000, 60_000), Kind.TOO_LARGE),
            new Refused(new byte[(64 << 20) + 1], Kind.TOO_LARGE),
            new Refused(Arrays.copyOf(sample, sample.length / 2), Kind.BAD));
    try (var model = EncoderDecoderModel.open(MODEL, 1)) {
      for (Refused one : cases) {
        Path file = Files.write(folder.resolve("picture"), one.bytes());
        assertKind(one.kind(), () -> model.generate(Input.ofImage(one.bytes())));
        assertKind(one.kind(), () -> model.generate(Input.ofImage(file)));
      }
      assertKind(Kind.BAD, () -> model.generate(Input.ofText("no picture")));
    }
    assertKind(Kind.TOO_LARGE, () -> Input.ofImage(endless()));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Refused(byte[] bytes, Kind kind) {}

  private static void assertKind(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InputException.class, e -> assertThat(e.kind()).as("%s", e).isEqualTo(kind));
  }

  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] target, int from, int count) {
        return count;
      }
    };
  }

  /** A PNG with another size in its header. */
  private static byte[] claiming(byte[] png, int width, int height) {
    byte[] claims = png.clone();
    ByteBuffer.wrap(claims).putInt(16, width).putInt(20, height);
    CRC32 sum = new CRC32();
    sum.update(claims, 12, 17);
    ByteBuffer.wrap(claims).putInt(29, (int) sum.getValue());
    return claims;
  }

  @Test
  void paddingIsCutFromTokensAndTheirBoxes() {
    Input input =
        Input.ofTokenIds(5, 6, 0)
            .withTensor("bbox", new float[] {1, 2, 3, 4, 5, 6}, List.of(3, 2))
            .withoutPadding(new int[] {1, 1, 0});
    assertThat(input.content.tokenIds).containsExactly(5, 6);
    Values boxes = Objects.requireNonNull(input.content.tensors.get(Part.BOXES));
    assertThat(boxes.numbers()).containsExactly(1, 2, 3, 4);
    assertThat(boxes.shape()).containsExactly(2, 2);
  }

  @Test
  void patchesTellTheirPaddingThemselves() {
    Input input = Input.empty().withTensor("flattened_patches", PATCHES.numbers(), PATCHES.shape());
    assertThat(input.withoutPadding(new int[] {1, 1, 0}).content.tensors.get(Part.PATCHES))
        .isEqualTo(PATCHES);
    assertThatThrownBy(() -> input.withoutPadding(new int[] {1, 0, 0}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("row 1");
  }

  @Test
  void anUnknownTensorIsToldWhichThereAre() {
    assertThatThrownBy(() -> Input.empty().withTensor("pixels", new float[1], List.of(1)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "tensors: pixels: is unknown; give one of bbox, pixel_values, flattened_patches,"
                + " input_features, input_values");
  }

  @Test
  void masksThatHideTheMiddleAreRefused() {
    assertThatThrownBy(() -> Input.ofTokenIds(1, 2, 3).withoutPadding(new int[] {1, 0, 1}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ones and then zeros");
    assertThatThrownBy(() -> Input.ofTokenIds(1, 2, 3).withoutPadding(new int[] {1, 1}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 entries for 3");
  }
}
