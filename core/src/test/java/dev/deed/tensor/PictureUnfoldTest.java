package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureUnfoldTest {
  private static PictureUnfold unfold(
      int channels, Extent picture, Extent kernel, int stride, int padding) {
    return new PictureUnfold(
        channels, picture, kernel, Extent.square(stride), Extent.square(padding));
  }

  @ParameterizedTest
  @CsvSource({
    "1,5,5,3,3,1,1",
    "3,8,8,4,4,4,0",
    "2,7,5,3,3,2,1",
    "3,9,11,7,7,2,3",
    "1,1,1,3,3,1,1",
    "2,4,6,1,1,2,0",
    "1,3,9,2,5,3,2"
  })
  void productWithPatchesIsAConvolution(
      int channels, int height, int width, int kh, int kw, int stride, int padding) {
    PictureUnfold unfold =
        unfold(channels, new Extent(height, width), new Extent(kh, kw), stride, padding);
    float[] picture = Samples.normal(channels * height * width, 1);
    float[] filter = Samples.normal(unfold.columns(), 2);
    float[] patches = Samples.normal(unfold.rows() * unfold.columns(), 3);
    float[] y = new float[unfold.rows()];
    try (ThreadPool pool = ThreadPool.of(2)) {
      unfold.unfold(picture, patches, pool);
      KernelChoice.packing()
          .pack(WeightPrecision.FP32, filter, 1, unfold.columns())
          .multiply(
              FloatRows.of(patches, unfold.columns(), unfold.rows()),
              null,
              FloatRows.of(y, 1, unfold.rows()),
              pool);
    }
    for (int oy = 0; oy < unfold.outputHeight(); oy++) {
      for (int ox = 0; ox < unfold.outputWidth(); ox++) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
          for (int dy = 0; dy < kh; dy++) {
            for (int dx = 0; dx < kw; dx++) {
              int py = oy * stride - padding + dy;
              int px = ox * stride - padding + dx;
              if (py >= 0 && py < height && px >= 0 && px < width) {
                sum +=
                    (double) filter[(c * kh + dy) * kw + dx]
                        * picture[(c * height + py) * width + px];
              }
            }
          }
        }
        assertThat(y[oy * unfold.outputWidth() + ox]).isCloseTo((float) sum, within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,5,5,3,3,1,1,1,1",
    "3,8,8,4,4,4,4,0,0",
    "2,7,5,3,3,2,2,1,1",
    "3,9,11,7,7,2,2,3,3",
    "1,1,1,3,3,1,1,1,1",
    "4,11,6,5,3,4,2,2,1",
    "1,3,9,2,5,3,3,2,2"
  })
  void channelsLastGivesTheSamePatchesInItsOwnOrder(
      int channels, int height, int width, int kh, int kw, int sh, int sw, int ph, int pw) {
    PictureUnfold unfold =
        new PictureUnfold(
            channels,
            new Extent(height, width),
            new Extent(kh, kw),
            new Extent(sh, sw),
            new Extent(ph, pw));
    float[] first = Samples.normal(channels * height * width, 1);
    float[] last = new float[first.length];
    for (int i = 0; i < first.length; i++) {
      last[i % (height * width) * channels + i / (height * width)] = first[i];
    }
    float[] expected = new float[unfold.rows() * unfold.columns()];
    unfold.unfold(first, expected, ThreadPool.ALONE);
    float[] patches = Samples.normal(unfold.outputWidth() * unfold.columns(), 2);
    for (int y = 0; y < unfold.outputHeight(); y++) {
      unfold.unfoldChannelsLast(last, y, patches);
      for (int i = 0; i < patches.length; i++) {
        int channel = i % channels;
        int offset = i % unfold.columns() / channels;
        int patch = y * unfold.outputWidth() + i / unfold.columns();
        assertThat(patches[i])
            .isEqualTo(expected[patch * unfold.columns() + channel * kh * kw + offset]);
      }
    }
  }

  @Test
  void refusesAPatchLargerThanThePicture() {
    assertThatThrownBy(() -> unfold(1, new Extent(2, 5), Extent.square(3), 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
