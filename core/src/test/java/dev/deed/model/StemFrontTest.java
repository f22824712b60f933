package dev.deed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.Tensor;
import dev.deed.tensor.WorkerTeam;
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
  private static final EncoderFront.ConvolutionalStem STEM =
      new EncoderFront.ConvolutionalStem(
          3,
          17,
          14,
          List.of(
              new EncoderFront.ConvolutionalStem.Stage(5, 3, 3, 2, 2),
              new EncoderFront.ConvolutionalStem.Stage(4, 5, 3, 4, 2)),
          1e-5f,
          false);

  /** Random tensors that are the same whenever they are asked for. */
  private static final ParameterSource SOURCE =
      new ParameterSource() {
        @Override
        public Tensor tensor(String name) {
          List<Integer> shape =
              switch (name) {
                case "encoder.stem.0.convolution.weight" -> List.of(5, 3, 3, 3);
                case "encoder.stem.1.convolution.weight" -> List.of(4, 5, 5, 3);
                default -> List.of(name.startsWith("encoder.stem.0") ? 5 : 4);
              };
          int count = shape.stream().reduce(1, Math::multiplyExact);
          ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
          Random random = new Random(name.hashCode());
          for (int i = 0; i < count; i++) {
            float value = (float) random.nextGaussian();
            bytes.putFloat(name.endsWith("var") ? 0.1f + Math.abs(value) : value);
          }
          return new Tensor(name, DataType.F32, shape, MemorySegment.ofArray(bytes.array()));
        }

        @Override
        public boolean holds(String name) {
          return true;
        }
      };

  @Test
  void equalsConvolutionNormAndReluOneAfterTheOther() {
    Random random = new Random(7);
    float[] pixels = new float[3 * 17 * 14];
    double[] picture = new double[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
      picture[i] = pixels[i];
    }
    int channels = 3;
    int height = 17;
    int width = 14;
    for (int i = 0; i < 2; i++) {
      var stage = STEM.stages().get(i);
      picture = stage(i, stage, picture, channels, height, width, i == 0);
      channels = stage.channels();
      height = stage.outputHeight(height);
      width = stage.outputWidth(width);
    }
    assertThat(STEM.positions()).isEqualTo(height * width);
    float[] hidden;
    try (WorkerTeam team = WorkerTeam.of(2)) {
      EncoderInput input =
          EncoderInput.of(EncoderInput.Part.PIXELS, EncoderInput.Values.of(pixels, 3, 17, 14));
      hidden = StemFront.read(SOURCE, STEM).embed(input, team).hidden();
    }
    assertThat(hidden).hasSize(height * width * channels);
    for (int position = 0; position < height * width; position++) {
      for (int channel = 0; channel < channels; channel++) {
        double expected = picture[channel * height * width + position];
        assertThat((double) hidden[position * channels + channel])
            .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  private static double[] stage(
      int index,
      EncoderFront.ConvolutionalStem.Stage stage,
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
    int kh = stage.kernelHeight();
    int kw = stage.kernelWidth();
    double[] out = new double[stage.channels() * outHeight * outWidth];
    for (int o = 0; o < stage.channels(); o++) {
      for (int y = 0; y < outHeight; y++) {
        for (int x = 0; x < outWidth; x++) {
          double sum = 0;
          for (int c = 0; c < channels; c++) {
            for (int dy = 0; dy < kh; dy++) {
              for (int dx = 0; dx < kw; dx++) {
                int row = y * stage.strideHeight() - kh / 2 + dy;
                int column = x * stage.strideWidth() - kw / 2 + dx;
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
