package dev.deed.model.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Folded batch norms and unfolded convolutions against the plain definition in double precision.
 */
final class StemFrontTest {
  private static final List<ConvolutionShape> STAGES =
      List.of(
          new ConvolutionShape(5, new Extent(3, 3), new Extent(2, 2)),
          new ConvolutionShape(4, new Extent(5, 3), new Extent(4, 2)));

  private static final StemFront STEM = new StemFront(3, 17, 14, STAGES, 1e-5f, false);

  private static final StemFront ANY_SIZE = new StemFront(3, 17, 14, STAGES, 1e-5f, true);

  private static final StackSpec STACK =
      new StackSpec(
          0,
          4,
          new AttentionSpec(1, 4, 1, AttentionSpec.Biases.everywhere(false)),
          new FeedForwardSpec(4, Activation.RELU, false, false),
          new NormSpec(NormSpec.Kind.LAYER, 1e-5f),
          true,
          false);

  /** A stem uses nothing of it. */
  private static final EncoderFront.Shared SHARED =
      new EncoderFront.Shared(
          KernelChoice.packing()
              .pack(WeightPrecision.FP32, (first, count, target) -> {}, 1, 4, Arena.ofAuto()),
          new ArrayPool());

  /** Random tensors that are the same whenever they are asked for. */
  private static final ParameterSource SOURCE =
      new ParameterSource() {
        @Override
        public Tensor tensor(String name) {
          List<Integer> shape =
              switch (name) {
                case "encoder.stem.0.convolution.weight" -> List.of(5, 3, 3, 3);
                case "encoder.stem.1.convolution.weight" -> List.of(4, 5, 5, 3);
                case "encoder.positions.weight" -> List.of(1, 3 * 4, 4);
                default -> List.of(name.startsWith("encoder.stem.0") ? 5 : 4);
              };
          int count = shape.stream().reduce(1, Math::multiplyExact);
          ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
          Random random = new Random(name.hashCode());
          for (int i = 0; i < count; i++) {
            float value = (float) random.nextGaussian();
            bytes.putFloat(name.endsWith("var") ? 0.1f + Math.abs(value) : value);
          }
          return new Tensor(
              name, DataType.F32, shape, TensorData.of(MemorySegment.ofArray(bytes.array())));
        }

        @Override
        public boolean holds(String name) {
          return true;
        }
      };

  @Test
  void equalsConvolutionNormAndReluOneAfterTheOther() {
    assertThat(STEM.positions()).isEqualTo(3 * 4);
    agree(embed(STEM, pixels(17, 14), 17, 14), expected(pixels(17, 14), 17, 14), new float[12 * 4]);
  }

  /** A smaller picture's rows and columns have the positions that they have in the largest. */
  @Test
  void aStemForAnySizeTakesThePositionsOfTheLargestGrid() {
    float[] table = SOURCE.tensor("encoder.positions.weight").toFloats();
    agree(embed(ANY_SIZE, pixels(17, 14), 17, 14), expected(pixels(17, 14), 17, 14), table);

    float[] upperLeft = new float[2 * 3 * 4];
    for (int row = 0; row < 2; row++) {
      System.arraycopy(table, row * 4 * 4, upperLeft, row * 3 * 4, 3 * 4);
    }
    agree(embed(ANY_SIZE, pixels(10, 9), 10, 9), expected(pixels(10, 9), 10, 9), upperLeft);
    assertThat(embed(ANY_SIZE, pixels(1, 1), 1, 1)).hasSize(4);
  }

  @Test
  void picturesThatAreTooLargeOrEmptyAreRefused() {
    for (int[] size : new int[][] {{18, 14}, {17, 15}, {0, 14}}) {
      assertThatThrownBy(() -> embed(ANY_SIZE, new float[3 * size[0] * size[1]], size[0], size[1]))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("a picture of %d×%d".formatted(size[1], size[0]))
          .hasMessageContaining("1×1 to 14×17");
    }
    assertThatThrownBy(() -> embed(STEM, pixels(10, 9), 10, 9))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the model reads [3, 17, 14]");
  }

  private static float[] pixels(int height, int width) {
    Random random = new Random(7);
    float[] pixels = new float[3 * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return pixels;
  }

  private static float[] embed(StemFront stem, float[] pixels, int height, int width) {
    try (ThreadPool pool = ThreadPool.of(2)) {
      EncoderInput input =
          EncoderInput.of(
              EncoderInput.Part.PIXELS, EncoderInput.Values.of(pixels, 3, height, width));
      return stem.read(SOURCE, STACK, SHARED).embed(input, pool).hidden();
    }
  }

  /** [positions, channels] of the plain definition. */
  private static double[] expected(float[] pixels, int height, int width) {
    double[] picture = new double[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      picture[i] = pixels[i];
    }
    int channels = 3;
    int rows = height;
    int columns = width;
    for (int i = 0; i < 2; i++) {
      var stage = STAGES.get(i);
      picture = stage(i, stage, picture, channels, rows, columns, i == 0);
      channels = stage.channels();
      rows = stage.outputHeight(rows);
      columns = stage.outputWidth(columns);
    }
    double[] sequence = new double[picture.length];
    for (int i = 0; i < picture.length; i++) {
      sequence[i % (rows * columns) * channels + i / (rows * columns)] = picture[i];
    }
    return sequence;
  }

  private static void agree(float[] actual, double[] expected, float[] positions) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double sum = expected[i] + positions[i];
      assertThat((double) actual[i]).isCloseTo(sum, within(1e-4 * Math.max(1, Math.abs(sum))));
    }
  }

  private static double[] stage(
      int index,
      ConvolutionShape stage,
      double[] picture,
      int channels,
      int height,
      int width,
      boolean relu) {
    String name = "encoder.stem." + index;
    float[] kernel = SOURCE.tensor(name + ".convolution.weight").toFloats();
    float[] gamma = SOURCE.tensor(name + ".norm.weight").toFloats();
    float[] beta = SOURCE.tensor(name + ".norm.bias").toFloats();
    float[] mean = SOURCE.tensor(name + ".norm.running_mean").toFloats();
    float[] variance = SOURCE.tensor(name + ".norm.running_var").toFloats();
    int outHeight = stage.outputHeight(height);
    int outWidth = stage.outputWidth(width);
    int kh = stage.kernel().height();
    int kw = stage.kernel().width();
    double[] out = new double[stage.channels() * outHeight * outWidth];
    for (int o = 0; o < stage.channels(); o++) {
      for (int y = 0; y < outHeight; y++) {
        for (int x = 0; x < outWidth; x++) {
          double sum = 0;
          for (int c = 0; c < channels; c++) {
            for (int dy = 0; dy < kh; dy++) {
              for (int dx = 0; dx < kw; dx++) {
                int row = y * stage.stride().height() - kh / 2 + dy;
                int column = x * stage.stride().width() - kw / 2 + dx;
                if (row >= 0 && row < height && column >= 0 && column < width) {
                  sum +=
                      kernel[((o * channels + c) * kh + dy) * kw + dx]
                          * picture[(c * height + row) * width + column];
                }
              }
            }
          }
          double value = (sum - mean[o]) / Math.sqrt(variance[o] + 1e-5) * gamma[o] + beta[o];
          out[(o * outHeight + y) * outWidth + x] = relu ? Math.max(0, value) : value;
        }
      }
    }
    return out;
  }
}
