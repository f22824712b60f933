package dev.deed.model.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.model.Decoder;
import dev.deed.model.EncoderStack;
import dev.deed.model.RandomParameters;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Fronts that read pictures: the same bits for every number of threads, and inputs that do not fit.
 */
final class PictureFrontsTest {
  private static final WindowFront WINDOWS =
      new WindowFront(
          2,
          2,
          3,
          6,
          3,
          List.of(
              new WindowFront.Stage(stack(2, 6), true),
              new WindowFront.Stage(stack(1, 12), false)));

  @Test
  void threadsDoNotChangeBits() {
    EncoderInput input = picture(2, 19, 40);
    float[] one = run(WINDOWS, stack(0, 12), input, 1);
    assertThat(one).hasSize(5 * 7 * 12);
    assertThat(run(WINDOWS, stack(0, 12), input, 3)).isEqualTo(one);

    PatchFront patches = new PatchFront(1, 8, 12, 4, false);
    EncoderFront relative = patches.withBiases(true, true);
    float[] biased = run(relative, stack(2, 6), picture(1, 8, 12), 1);
    assertThat(run(relative, stack(2, 6), picture(1, 8, 12), 3)).isEqualTo(biased);
    assertThat(run(patches, stack(2, 6), picture(1, 8, 12), 1)).isNotEqualTo(biased);
  }

  private static DualAttentionStage.Spec dual(int width, boolean normFirst, int window) {
    return new DualAttentionStage.Spec(
        stack(1, width), 3, ConvolutionShape.square(width, 3, 2), normFirst, window);
  }

  private static final DualAttentionFront DUAL =
      new DualAttentionFront(2, List.of(dual(6, false, 3), dual(12, true, 4)), 9);

  @Test
  void gridsDoNotChangeBitsWithThreads() {
    float[] one = run(DUAL, stack(0, 6), picture(2, 19, 33), 1);
    assertThat(one).hasSize((5 * 9 + 1) * 6);
    assertThat(run(DUAL, stack(0, 6), picture(2, 19, 33), 3)).isEqualTo(one);
    // One window for the whole grid, and more of it than the grid has.
    assertThat(run(DUAL, stack(0, 6), picture(2, 2, 3), 1)).hasSize(2 * 6);

    GridTransformerFront transformer =
        new GridTransformerFront(
            new GridTransformerFront.Patches(1, 29, 4),
            stack(2, 6),
            List.of(3, 7),
            true,
            true,
            new GridTransformerFront.Channels(5, 4, 8));
    float[] squares = run(transformer, stack(0, 6), picture(1, 29, 29), 1);
    assertThat(squares).hasSize(2 * 2 * 6);
    assertThat(run(transformer, stack(0, 6), picture(1, 29, 29), 3)).isEqualTo(squares);
    assertThatThrownBy(() -> run(transformer, stack(0, 6), picture(1, 28, 29), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[1, 29, 29]");
  }

  @Test
  void picturesTakeTheirPlacesAmongTokens() {
    PictureTextFront front =
        new PictureTextFront(new TokenFront(5, 1), TransformerSpec.Embedding.NO_TOKEN, 4, DUAL);
    Values pixels = picture(2, 4, 4).require(Part.PIXELS, 2, 4, 4);
    EncoderInput two = new EncoderInput(new int[] {4, 4, 3}, Map.of(Part.PIXELS, pixels));
    float[] placed = run(front, stack(0, 6), two, 1);
    float[] rows = run(DUAL, stack(0, 6), picture(2, 4, 4), 1);
    assertThat(Arrays.copyOf(placed, 12)).isEqualTo(rows);
    assertThat(run(front, stack(0, 6), EncoderInput.ofTokens(3, 2), 1)).hasSize(12);

    assertPlacesRefused(front, "there is none", EncoderInput.ofTokens(4, 3));
    assertPlacesRefused(
        front,
        "keep 0 places of a picture (token 4) that has 2 rows",
        new EncoderInput(new int[] {3}, Map.of(Part.PIXELS, pixels)));
    assertPlacesRefused(
        front, "keep 1 places", new EncoderInput(new int[] {4}, Map.of(Part.PIXELS, pixels)));
    assertPlacesRefused(
        front,
        "a grid of 1×10",
        new EncoderInput(
            new int[] {4}, Map.of(Part.PIXELS, picture(2, 1, 40).require(Part.PIXELS, 2, 1, 40))));
  }

  @Test
  void soundsDoNotChangeBitsWithThreads() {
    float[] samples = new float[9_000];
    Random random = new Random(5);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) random.nextGaussian();
    }
    EncoderInput sound = EncoderInput.of(Part.SAMPLES, Values.of(samples, 9_000));
    float[] one = run(new SampleFront(), stack(1, 6), sound, 1);
    assertThat(one).hasSize(22 * 6);
    assertThat(run(new SampleFront(), stack(1, 6), sound, 3)).isEqualTo(one);

    EncoderInput click = EncoderInput.of(Part.SAMPLES, Values.of(new float[700], 700));
    assertThatThrownBy(() -> run(new SampleFront(), stack(1, 6), click, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("700 samples, too few");
  }

  private static void assertPlacesRefused(EncoderFront front, String why, EncoderInput input) {
    assertThatThrownBy(() -> run(front, stack(0, 6), input, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aGridSmallerThanAWindowIsRefused() {
    assertThatThrownBy(() -> run(WINDOWS, stack(0, 12), picture(2, 8, 40), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("stage 2")
        .hasMessageContaining("larger picture");
    assertThatThrownBy(() -> run(WINDOWS, stack(0, 12), picture(3, 20, 40), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[3, 20, 40]");
  }

  @Test
  void patchesKnowTheirPlaces() {
    EncoderFront front = new FlattenedPatchFront(2, 4);
    assertThat(run(front, stack(1, 6), patches(1, 1, 5, 6, 3, 2, 7, 8), 1)).hasSize(2 * 6);
    assertPatchesRefused(front, "row 4.0", 4, 1, 5, 6);
    assertPatchesRefused(front, "column -1.0", 1, -1, 5, 6);
    assertPatchesRefused(front, "row NaN", Float.NaN, 1, 5, 6);
    assertPatchesRefused(front, "behind padding, at 1", 0, 0, 0, 0, 1, 1, 5, 6);
    assertPatchesRefused(front, "no patch", 0, 0, 0, 0);
  }

  /** A patch gets the same vector with and without padding behind it. */
  @Test
  void nothingSeesPaddedPatches() {
    EncoderFront front = new FlattenedPatchFront(2, 4);
    float[] alone = run(front, stack(1, 6), patches(1, 1, 5, 6), 1);
    float[] padded = run(front, stack(1, 6), patches(1, 1, 5, 6, 0, 0, 0, 0), 1);
    assertThat(Arrays.copyOf(padded, 6)).isEqualTo(alone);
  }

  private static void assertPatchesRefused(EncoderFront front, String why, float... numbers) {
    assertThatThrownBy(() -> run(front, stack(1, 6), patches(numbers), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  private static float[] run(EncoderFront front, StackSpec stack, EncoderInput input, int threads) {
    TransformerSpec.Encoder encoder =
        new TransformerSpec.Encoder(front, new PositionSpec.None(), false, stack);
    TransformerSpec spec =
        new TransformerSpec(
            encoder,
            new TransformerSpec.Decoder(
                new TransformerSpec.Embedding(5, 1f, false),
                new PositionSpec.None(),
                stack(1, 6),
                stack.width(),
                false,
                new TransformerSpec.Head(true, 1f, false)),
            null);
    RandomParameters source = new RandomParameters(spec);
    try (ThreadPool pool = ThreadPool.of(threads)) {
      return new EncoderStack(encoder, source, new Decoder(spec, source).shared())
          .run(input, pool)
          .hidden();
    }
  }

  private static StackSpec stack(int layers, int width) {
    return new StackSpec(
        layers,
        width,
        new AttentionSpec(2, width / 2, 0.5f, AttentionSpec.Biases.everywhere(true)),
        new FeedForwardSpec(8, Activation.GELU, false, true),
        new NormSpec(NormSpec.Kind.LAYER, 1e-5f),
        true,
        false);
  }

  private static EncoderInput picture(int channels, int height, int width) {
    float[] numbers = new float[channels * height * width];
    Random random = new Random(3);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return EncoderInput.of(Part.PIXELS, Values.of(numbers, channels, height, width));
  }

  private static EncoderInput patches(float... numbers) {
    return EncoderInput.of(Part.PATCHES, Values.of(numbers, numbers.length / 4, 4));
  }
}
