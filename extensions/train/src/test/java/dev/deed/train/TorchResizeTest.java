package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.files.Interruption;
import dev.deed.processing.picture.ImageBackend;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.Resampling;
import dev.deed.processing.picture.Resizer;
import dev.deed.train.torch.TorchRuntime;
import java.util.Random;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kBicubic;
import org.bytedeco.pytorch.kBilinear;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The back end of torchvision, which hands its 8-bit pictures to LibTorch, against LibTorch. */
final class TorchResizeTest {
  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"BILINEAR", "BICUBIC"})
  void everySampleIsTorchs(Resampling filter) {
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      int most = i < 30 ? 20 : 150;
      Picture picture = picture(1 + random.nextInt(most), 1 + random.nextInt(most), random);
      int width = 1 + random.nextInt(most);
      int height = 1 + random.nextInt(most);
      Picture resized =
          Resizer.resize(
              picture, width, height, filter, ImageBackend.TORCHVISION, Interruption.NEVER);
      InterpolateFuncOptions options = new InterpolateFuncOptions();
      options.size().put(new LongVector(height, width));
      if (filter == Resampling.BILINEAR) {
        options.mode().put(new kBilinear());
      } else {
        options.mode().put(new kBicubic());
      }
      options.align_corners().put(false);
      options.antialias().put(true);
      Tensor expected = torch.interpolate(tensor(picture), options);
      assertThat(tensor(resized).equal(expected))
          .as("%d×%d to %d×%d", picture.width(), picture.height(), width, height)
          .isTrue();
    }
  }

  /** Noise, or black and white. */
  private static Picture picture(int width, int height, Random random) {
    byte[] rgb = new byte[3 * width * height];
    random.nextBytes(rgb);
    for (int i = 0; width % 2 == 0 && i < rgb.length; i++) {
      rgb[i] = (byte) (rgb[i] < 0 ? 0 : 255);
    }
    return new Picture(width, height, rgb);
  }

  /** {@code [1, 3, height, width]}. */
  private static Tensor tensor(Picture picture) {
    int pixels = picture.width() * picture.height();
    byte[] samples = new byte[3 * pixels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = picture.rgb()[i % pixels * 3 + i / pixels];
    }
    return torch
        .tensor(samples, new TensorOptions(torch.ScalarType.Byte))
        .reshape(1, 3, picture.height(), picture.width());
  }
}
