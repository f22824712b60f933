package dev.deed.processing.picture;

import dev.deed.checkpoint.Config;
import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Pix2StructImageProcessor}: normalises by mean and standard deviation of the whole picture,
 * scales it so that as many patches as allowed cover it without bending its aspect ratio more than
 * a patch needs, and cuts it up. A model for questions about pictures reads the question from the
 * picture itself, where it is drawn as a header.
 *
 * @param header null where the model reads no question
 */
record Pix2StructImageProcessor(
    boolean normalises, int maxPatches, TargetSize.Exact patch, @Nullable PromptHeader header)
    implements ImageProcessor {
  /** Values of all patches together; 2048 patches of 16 × 16 are 1.6 million. */
  private static final long MOST_VALUES = 1 << 26;

  static Pix2StructImageProcessor of(ImageSettings settings) {
    Config config = settings.config();
    TargetSize.Exact patch = settings.exactSize("patch_size", new TargetSize.Exact(16, 16), false);
    int maxPatches = config.integer("max_patches", 2048, 1, 1 << 20);
    config.require(
        maxPatches * (2 + 3L * patch.height() * patch.width()) <= MOST_VALUES,
        "max_patches",
        "patches of this size are too many for memory");
    return new Pix2StructImageProcessor(
        config.flag("do_normalize", true),
        maxPatches,
        patch,
        config.flag("is_vqa", false) ? new PromptHeader() : null);
  }

  @Override
  public boolean drawsPrompt() {
    return header != null;
  }

  @Override
  public Picture withPrompt(Picture picture, @Nullable String prompt, Interruption interruption) {
    if (header == null) {
      return picture;
    }
    if (prompt == null) {
      throw new InputException(
          "input", "has no prompt", "this model reads its question from the picture: give one");
    }
    return header.above(picture, prompt, interruption);
  }

  /** The picture itself: its size depends on the picture, and samples are normalised before. */
  @Override
  public Picture resize(Picture picture, Interruption interruption) {
    return picture;
  }

  @Override
  public FlattenedPatches normalise(Picture picture, Interruption interruption) {
    interruption.check();
    double width = picture.width();
    double height = picture.height();
    double scale = Math.sqrt(maxPatches * (patch.height() / height) * (patch.width() / width));
    int rows = fit(scale * height / patch.height());
    int columns = fit(scale * width / patch.width());
    int targetWidth = columns * patch.width();
    float[] resized =
        FloatResizer.resize(
            picture, levels(picture), targetWidth, rows * patch.height(), interruption);
    int length = 3 * patch.height() * patch.width();
    float[] values = new float[maxPatches * (2 + length)];
    int line = 3 * patch.width();
    for (int row = 0, out = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[out++] = row + 1;
        values[out++] = column + 1;
        for (int y = 0; y < patch.height(); y++, out += line) {
          int in = 3 * ((row * patch.height() + y) * targetWidth + column * patch.width());
          System.arraycopy(resized, in, values, out, line);
        }
      }
    }
    return new FlattenedPatches(rows, columns, length, values);
  }

  private int fit(double patches) {
    return Math.max(Math.min((int) patches, maxPatches), 1);
  }

  /** The number that each level of this picture stands for. */
  private float[] levels(Picture picture) {
    float[] levels = new float[256];
    float mean = 0;
    float deviation = 1;
    if (normalises) {
      long sum = 0;
      long squares = 0;
      for (byte sample : picture.rgb()) {
        int level = sample & 0xff;
        sum += level;
        squares += (long) level * level;
      }
      double count = picture.rgb().length;
      double exactMean = sum / count;
      double variance = Math.max(0, squares / count - exactMean * exactMean);
      mean = (float) exactMean;
      deviation = (float) Math.max(Math.sqrt(variance), 1 / Math.sqrt(count));
    }
    for (int level = 0; level < 256; level++) {
      levels[level] = (level - mean) / deviation;
    }
    return levels;
  }
}
