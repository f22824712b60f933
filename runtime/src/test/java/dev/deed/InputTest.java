package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.BadInputException;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class InputTest {
  private static final Values PATCHES = Values.of(new float[] {1, 1, 9, 1, 2, 9, 0, 0, 0}, 3, 3);

  @Test
  void paddingIsCutFromTokensAndTheirBoxes() {
    Input input =
        Input.ofTokenIds(5, 6, 0)
            .withTensor("bbox", new float[] {1, 2, 3, 4, 5, 6}, List.of(3, 2))
            .withoutPadding(new int[] {1, 1, 0});
    assertThat(input.tokenIds()).containsExactly(5, 6);
    Values boxes = Objects.requireNonNull(input.tensors().get(Part.BOXES));
    assertThat(boxes.numbers()).containsExactly(1, 2, 3, 4);
    assertThat(boxes.shape()).containsExactly(2, 2);
  }

  @Test
  void patchesTellTheirPaddingThemselves() {
    Input input = Input.empty().withTensor("flattened_patches", PATCHES.numbers(), PATCHES.shape());
    assertThat(input.withoutPadding(new int[] {1, 1, 0}).tensors().get(Part.PATCHES))
        .isEqualTo(PATCHES);
    assertThatThrownBy(() -> input.withoutPadding(new int[] {1, 0, 0}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("row 1");
  }

  @Test
  void masksThatHideTheMiddleAreRefused() {
    assertThatThrownBy(() -> Input.ofTokenIds(1, 2, 3).withoutPadding(new int[] {1, 0, 1}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ones and then zeros");
    assertThatThrownBy(() -> Input.ofTokenIds(1, 2, 3).withoutPadding(new int[] {1, 1}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("2 entries for 3");
  }
}
