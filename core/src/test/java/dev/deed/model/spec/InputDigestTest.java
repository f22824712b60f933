package dev.deed.model.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InputDigestTest {
  @Test
  void theSameContentHasOneDigest() {
    float[] pixels = pixels(3 * 50 * 50);
    EncoderInput one = EncoderInput.of(Part.PIXELS, Values.of(pixels, 3, 50, 50));
    EncoderInput other = EncoderInput.of(Part.PIXELS, Values.of(pixels.clone(), 3, 50, 50));
    assertThat(InputDigest.of(one)).isEqualTo(InputDigest.of(other));
  }

  @Test
  void whateverDiffersChangesTheDigest() {
    float[] changed = pixels(7500);
    changed[7499] = Math.nextUp(changed[7499]);
    float[] zero = new float[7500];
    float[] negativeZero = new float[7500];
    negativeZero[0] = -0f;
    List<EncoderInput> inputs =
        List.of(
            EncoderInput.of(Part.PIXELS, Values.of(pixels(7500), 3, 50, 50)),
            EncoderInput.of(Part.PIXELS, Values.of(pixels(7500), 3, 25, 100)),
            EncoderInput.of(Part.PIXELS, Values.of(changed, 3, 50, 50)),
            EncoderInput.of(Part.PATCHES, Values.of(pixels(7500), 3, 50, 50)),
            EncoderInput.of(Part.PIXELS, Values.of(zero, 3, 50, 50)),
            EncoderInput.of(Part.PIXELS, Values.of(negativeZero, 3, 50, 50)),
            EncoderInput.ofTokens(1, 2, 3),
            EncoderInput.ofTokens(1, 2),
            EncoderInput.ofTokens(),
            new EncoderInput(null, Map.of()),
            new EncoderInput(
                new int[] {1, 2, 3}, Map.of(Part.PIXELS, Values.of(pixels(7500), 3, 50, 50))));
    Set<InputDigest> digests = new HashSet<>();
    inputs.forEach(input -> digests.add(InputDigest.of(input)));
    assertThat(digests).hasSameSizeAs(inputs);
  }

  @Test
  void equalInputsAreOneGroup() {
    EncoderInput one = EncoderInput.ofTokens(1, 2, 3);
    EncoderInput other = EncoderInput.ofTokens(4, 5);
    assertThat(InputDigest.groups(List.of(one, other, EncoderInput.ofTokens(1, 2, 3), one)))
        .containsExactly(List.of(0, 2, 3), List.of(1));
    assertThat(InputDigest.groups(List.of(other))).containsExactly(List.of(0));
    assertThat(InputDigest.groups(List.of())).isEmpty();
  }

  private static float[] pixels(int count) {
    float[] pixels = new float[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = i % 255 - 127;
    }
    return pixels;
  }
}
