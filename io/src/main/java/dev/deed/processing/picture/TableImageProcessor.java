package dev.deed.processing.picture;

import dev.deed.checkpoint.Config;
import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of Docling's TableFormer ({@code TFPredictor} of docling-ibm-models): a page in
 * 1,024 rows, of which a table is cut out, normalised and squeezed into a square (bilinear, in
 * double precision). A picture that is no page is its table.
 *
 * @param side of the square in pixels
 * @param means of the channels, of 1
 * @param deviations of the channels
 */
public record TableImageProcessor(int side, List<Double> means, List<Double> deviations)
    implements ImageProcessor {
  /** Of a page. */
  public static final int ROWS = 1024;

  private static final int MOST_COLUMNS = 1 << 14;
  private static final int MOST_SIDE = 1 << 13;
  private static final int LEVELS = 256;

  public TableImageProcessor {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
  }

  /**
   * @param config the folder's {@code tm_config.json}
   * @throws InputException when a value is missing or out of range
   */
  static TableImageProcessor of(Config config) {
    Config dataset = config.object("dataset");
    Config samples = dataset.object("image_normalization");
    List<Double> deviations = numbers(samples, "std");
    samples.require(deviations.stream().noneMatch(d -> d == 0), "std", "must not hold 0");
    return new TableImageProcessor(
        dataset.integer("resized_image", 1, MOST_SIDE), numbers(samples, "mean"), deviations);
  }

  private static List<Double> numbers(Config samples, String key) {
    List<Double> numbers = new ArrayList<>();
    if (samples.has(key)) {
      samples.json().get(key).forEach(number -> numbers.add(number.asDouble(Double.NaN)));
    }
    samples.require(
        numbers.size() == 3 && numbers.stream().allMatch(Double::isFinite),
        key,
        "must be three numbers, one for each colour");
    return numbers;
  }

  /** How many times larger a page becomes. */
  public static double scale(Picture page) {
    return ROWS / (double) page.height();
  }

  @Override
  public Picture resize(Picture page, Interruption interruption) {
    double columns = page.width() * scale(page);
    InputException.requireField(
        columns >= 1 && columns < MOST_COLUMNS,
        "image",
        "of %d×%d pixels is too %s to be a page of tables"
            .formatted(page.width(), page.height(), columns < 1 ? "narrow" : "wide"),
        "give the picture of a page");
    return AreaResizer.resize(page, (int) columns, ROWS, interruption);
  }

  /** A part of a resized page, columns first: [3, side of columns, side of rows]. */
  @Override
  public PixelValues normalise(Picture table, Interruption interruption) {
    Places across = Places.of(table.width(), side);
    Places down = Places.of(table.height(), side);
    byte[] rgb = table.rgb();
    int line = 3 * table.width();
    float[] values = new float[3 * side * side];
    for (int channel = 0; channel < 3; channel++) {
      double[] levels = levels(channel);
      for (int x = 0; x < side; x++) {
        interruption.check();
        int left = 3 * across.first[x] + channel;
        int right = 3 * across.second[x] + channel;
        double share = across.share[x];
        for (int y = 0; y < side; y++) {
          int upper = down.first[y] * line;
          int lower = down.second[y] * line;
          double above =
              levels[rgb[upper + left] & 0xff] * (1 - share)
                  + levels[rgb[upper + right] & 0xff] * share;
          double below =
              levels[rgb[lower + left] & 0xff] * (1 - share)
                  + levels[rgb[lower + right] & 0xff] * share;
          double value = above * (1 - down.share[y]) + below * down.share[y];
          values[(channel * side + x) * side + y] = (float) (value / 255);
        }
      }
    }
    return new PixelValues(3, side, side, values);
  }

  private double[] levels(int channel) {
    double[] levels = new double[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      levels[level] = (level - 255 * means.get(channel)) / deviations.get(channel);
    }
    return levels;
  }

  /** The two source pixels of each target pixel along one axis, and the share of the second. */
  private record Places(int[] first, int[] second, double[] share) {
    static Places of(int sources, int targets) {
      Places places = new Places(new int[targets], new int[targets], new double[targets]);
      double scale = (double) sources / targets;
      for (int i = 0; i < targets; i++) {
        double place = Math.clamp((i + 0.5) * scale - 0.5, 0, sources - 1);
        places.first[i] = (int) place;
        places.second[i] = Math.min(places.first[i] + 1, sources - 1);
        places.share[i] = place - places.first[i];
      }
      return places;
    }
  }
}
