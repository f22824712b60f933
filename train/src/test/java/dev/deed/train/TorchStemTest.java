package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.model.DocumentFront.LayoutAware;
import dev.deed.model.EncoderFront.ConvolutionalStem;
import dev.deed.model.TransformerSpec;
import dev.deed.model.family.ModelFolder;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Batch norms of a stem for pictures of any size: trained as they are used. */
final class TorchStemTest {
  private static final String MEAN = "encoder.stem.0.norm.running_mean";
  private static final String LAST_VARIANCE = "encoder.stem.1.norm.running_var";

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  /** A batch of one size, far from the others, is normalised as it will be in use. */
  @Test
  void trainingNormalisesByTheRunningStatistics() {
    try (ModelFolder folder = ModelFolder.open(Golden.path("core", "../families/latr-stem/model"));
        PointerScope scope = new PointerScope()) {
      TorchParameters parameters = TorchParameters.of(folder).vision();
      TorchStem stem = new TorchStem(stem(folder), parameters);
      float[] pixels = new float[4 * 3 * 8 * 17];
      Random random = new Random(2);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = 0.8f + (float) random.nextGaussian();
      }
      Tensor batch = Tensor.create(pixels, 4, 3, 8, 17);
      // Not so far from the batch's that the correction is cut off.
      float[] variances = parameters.values(LAST_VARIANCE);
      Arrays.fill(variances, 0.1f);
      parameters.assign(parameters.get(LAST_VARIANCE), variances);
      float[] meanBefore = parameters.values(MEAN);
      float[] used = embed(stem, batch, parameters, false);
      assertThat(parameters.values(MEAN)).isEqualTo(meanBefore);
      float[] trained = embed(stem, batch, parameters, true);
      assertThat(trained).containsExactly(used, within(1e-4f));
      assertThat(parameters.values(MEAN)).isNotEqualTo(meanBefore);
      assertThat(parameters.values(MEAN)).containsExactly(meanBefore, within(0.1f));
    }
  }

  private static float[] embed(
      TorchStem stem, Tensor batch, TorchParameters parameters, boolean training) {
    return TorchParameters.floats(stem.embed(batch, new TorchLayers(parameters, 0, training)));
  }

  private static ConvolutionalStem stem(ModelFolder folder) {
    TransformerSpec.Encoder vision = ((LayoutAware) folder.spec().encoder().front()).vision();
    return (ConvolutionalStem) Objects.requireNonNull(vision).front();
  }
}
