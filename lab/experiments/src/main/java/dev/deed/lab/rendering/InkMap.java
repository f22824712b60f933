package dev.deed.lab.rendering;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.Resampling;
import dev.deed.processing.picture.Resizer;
import java.awt.image.BufferedImage;

/**
 * How much ink lies where: 0 none, 1 all. Not safe for use from several threads.
 *
 * @param width in pixels
 * @param height in pixels
 * @param ink {@code [height·width]}, rows one after the other; changed in place
 */
record InkMap(int width, int height, float[] ink) {
  /** Of a grey image, white on black. */
  static InkMap of(BufferedImage image) {
    int width = image.getWidth();
    float[] ink = new float[width * image.getHeight()];
    image.getRaster().getSamples(0, 0, width, image.getHeight(), 0, ink);
    for (int i = 0; i < ink.length; i++) {
      ink[i] /= 255;
    }
    return new InkMap(width, image.getHeight(), ink);
  }

  /**
   * Sets a round dot in place of every pixel that has ink.
   *
   * @param pitch pixels between dots
   * @param radius of a dot in pixels
   */
  InkMap dots(int pitch, double radius) {
    InkMap dotted =
        new InkMap(width * pitch, height * pitch, new float[ink.length * pitch * pitch]);
    int reach = (int) Math.ceil(radius);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (ink[y * width + x] > 0.5) {
          dotted.dot(x * pitch + pitch / 2, y * pitch + pitch / 2, reach, radius);
        }
      }
    }
    return dotted;
  }

  private void dot(int x, int y, int reach, double radius) {
    for (int row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
      for (int column = Math.max(0, x - reach);
          column <= Math.min(width - 1, x + reach);
          column++) {
        float part = (float) Math.clamp(radius + 0.5 - Math.hypot(row - y, column - x), 0, 1);
        int at = row * width + column;
        ink[at] = Math.max(ink[at], part);
      }
    }
  }

  /** Made smaller or larger. */
  InkMap resized(int toWidth, int toHeight) {
    byte[] rgb = new byte[3 * ink.length];
    for (int i = 0; i < ink.length; i++) {
      byte sample = (byte) Math.round(255 * ink[i]);
      rgb[3 * i] = sample;
      rgb[3 * i + 1] = sample;
      rgb[3 * i + 2] = sample;
    }
    Picture picture =
        Resizer.resize(new Picture(width, height, rgb), toWidth, toHeight, Resampling.BILINEAR);
    float[] resized = new float[toWidth * toHeight];
    for (int i = 0; i < resized.length; i++) {
      resized[i] = (picture.rgb()[3 * i] & 0xff) / 255f;
    }
    return new InkMap(toWidth, toHeight, resized);
  }

  /** Blurs in place with a Gaussian of a deviation in pixels across and along. */
  void blur(double across, double along) {
    if (along > 0.05) {
      smooth(kernel(along), height, width, 1, width);
    }
    if (across > 0.05) {
      smooth(kernel(across), width, height, width, 1);
    }
  }

  private static float[] kernel(double deviation) {
    int reach = (int) Math.ceil(2.5 * deviation);
    float[] kernel = new float[2 * reach + 1];
    double sum = 0;
    for (int i = -reach; i <= reach; i++) {
      kernel[i + reach] = (float) Math.exp(-0.5 * i * i / (deviation * deviation));
      sum += kernel[i + reach];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= (float) sum;
    }
    return kernel;
  }

  /** Lines of {@code length} samples, {@code step} apart; edges are repeated. */
  private void smooth(float[] kernel, int lines, int length, int step, int between) {
    float[] line = new float[length];
    int reach = kernel.length / 2;
    for (int l = 0; l < lines; l++) {
      for (int i = 0; i < length; i++) {
        line[i] = ink[l * between + i * step];
      }
      for (int i = 0; i < length; i++) {
        float sum = 0;
        for (int k = -reach; k <= reach; k++) {
          sum += kernel[k + reach] * line[Math.clamp(i + k, 0, length - 1)];
        }
        ink[l * between + i * step] = sum;
      }
    }
  }
}
