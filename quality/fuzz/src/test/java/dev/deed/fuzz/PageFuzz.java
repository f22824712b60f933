package dev.deed.fuzz;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.page.PageReader;
import dev.deed.page.PageText;
import dev.deed.processing.page.FoundLines;
import dev.deed.processing.page.LineFinder;
import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pages of noise, gradients, rules, dots, letters and blots of the fuzzer's choice, long and narrow
 * ones among them. Their lines lie on the page and hold little more than it, the search for them
 * can be stopped, and those of a small page are read to the end.
 */
public final class PageFuzz {
  private static final int MOST_PIXELS = 1 << 18;
  private static final int MOST_LAYERS = 6;

  /** What a reader keeps of a page besides it: copies of its lines. */
  private static final int MOST_COPIES = 4;

  /** Each asks the model, however small that is. */
  private static final int MOST_READ = 12;

  private static final Engine ENGINE = engine();
  private static final PageReader READER = PageReader.of(ENGINE);

  private PageFuzz() {}

  private static Engine engine() {
    Path golden = Door.ROOT.resolve("core/src/test/resources/golden/exits/vision/model");
    Path folder = new Scratch().folder();
    try {
      for (String name : List.of("model.safetensors", "config.json")) {
        Files.copy(golden.resolve(name), folder.resolve(name));
      }
      Files.writeString(folder.resolve("tokenizer.json"), ServedFuzz.TOKENIZER);
      Files.writeString(
          folder.resolve("preprocessor_config.json"),
          """
          {"image_processor_type": "ViTImageProcessor", "do_resize": true, "do_rescale": true,
           "do_normalize": true, "size": {"height": 32, "width": 32}, "resample": 2,
           "rescale_factor": 0.00392156862745098, "image_mean": [0.5, 0.5, 0.5],
           "image_std": [0.5, 0.5, 0.5]}
          """,
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return EncoderDecoderModel.open(folder, 1).engine(EngineOptions.defaults().withKnee(4));
  }

  /**
   * Jazzer calls it first, of public classes alone: loading what an answer needs may take longer
   * than an answer may.
   */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(new byte[] {8, 8, 1, 4, 9, 9, 3});
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    Picture page = page(new Choices(bytes));
    AtomicInteger looks = new AtomicInteger();
    try {
      FoundLines found = LineFinder.find(page, () -> looks.incrementAndGet() < 0);
      List<OcrWord> level = found.rows().stream().flatMap(List::stream).toList();
      List<OcrWord> lines = level.stream().map(found.page()::onGivenPage).toList();
      double area = 0;
      for (OcrWord line : lines) {
        if (!(line.x0() >= 0 && line.x1() <= page.width() && line.x0() < line.x1())
            || !(line.y0() >= 0 && line.y1() <= page.height() && line.y0() < line.y1())) {
          throw new AssertionError("a line beyond the page or of no size: " + line);
        }
      }
      for (OcrWord line : level) {
        area += (line.x1() - line.x0()) * (line.y1() - line.y0());
      }
      if (area > (double) MOST_COPIES * page.width() * page.height()) {
        throw new AssertionError(lines.size() + " lines hold " + area + " pixels");
      }
      requireStoppable(page, Math.floorMod(Arrays.hashCode(bytes), looks.get()));
      if (lines.size() <= MOST_READ) {
        requireRead(page, lines);
      }
    } catch (InputException e) {
      return;
    }
  }

  private static void requireStoppable(Picture page, int wanted) {
    AtomicInteger left = new AtomicInteger(wanted);
    try {
      LineFinder.find(page, () -> left.getAndDecrement() <= 0);
    } catch (CancellationException e) {
      return;
    }
    throw new AssertionError("searched to the end though stopped after " + wanted + " looks");
  }

  private static void requireRead(Picture page, List<OcrWord> lines) {
    PageText text = READER.read(image(page), GenerationOptions.defaults().withMaxNewTokens(1));
    List<OcrWord> found =
        text.lines().stream()
            .map(line -> line.word())
            .map(word -> new OcrWord("", word.x0(), word.y0(), word.x1(), word.y1()))
            .toList();
    if (!found.equals(lines)) {
      throw new AssertionError("read " + found + ", found " + lines);
    }
  }

  private static BufferedImage image(Picture page) {
    BufferedImage image =
        new BufferedImage(page.width(), page.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < page.width() * page.height(); i++) {
      int grey = page.rgb()[3 * i] & 0xff;
      image.setRGB(i % page.width(), i / page.width(), grey * 0x010101);
    }
    return image;
  }

  private static Picture page(Choices choices) {
    int width = side(choices);
    int height = Math.max(1, Math.min(side(choices), MOST_PIXELS / width));
    byte[] grey = new byte[width * height];
    int ground = choices.of(255, 255, 0, choices.octet());
    Arrays.fill(grey, (byte) ground);
    for (int layers = choices.below(MOST_LAYERS); layers > 0; layers--) {
      paint(grey, width, height, choices);
    }
    byte[] rgb = new byte[3 * grey.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = grey[i / 3];
    }
    return new Picture(width, height, rgb);
  }

  /** Mostly that of a page, at times one pixel, or as long as pictures may be. */
  private static int side(Choices choices) {
    return choices.rarely() ? choices.of(1, 2, 3, 5, 65_535) : 1 + 3 * choices.octet();
  }

  /** What a layer holds where; its ink is of one level, its place a part of the page. */
  private interface Ink {
    boolean at(int x, int y);
  }

  private static void paint(byte[] grey, int width, int height, Choices choices) {
    int left = width * choices.below(4) / 4;
    int top = height * choices.below(4) / 4;
    int right = Math.min(width, left + 1 + width * choices.octet() / 128);
    int bottom = Math.min(height, top + 1 + height * choices.octet() / 128);
    int level = choices.of(0, 0, 128, 255, choices.octet());
    boolean fades = choices.rarely();
    Ink ink = ink(choices);
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        if (ink.at(x - left, y - top)) {
          grey[y * width + x] = (byte) (fades ? 255L * x / width : level);
        }
      }
    }
  }

  private static Ink ink(Choices choices) {
    int across = 1 + choices.below(64);
    int down = 1 + choices.below(64);
    int wide = 1 + choices.below(across);
    int high = 1 + choices.below(down);
    int lean = choices.below(9) - 4;
    return switch (choices.below(6)) {
      // Noise, from a pixel in 64 to half of them.
      case 0 -> {
        Random random = new Random(across);
        yield (x, y) -> random.nextInt(1 + down) == 0;
      }
      // A blot, or a gradient where it fades.
      case 1 -> (x, y) -> true;
      // Rules.
      case 2 -> (x, y) -> x % across == 0 || y % down == 0;
      // A single stroke that leans.
      case 3 -> (x, y) -> x - lean * y == across || y == down;
      // Letters of a hollow shape, in rows that lean.
      case 4 ->
          (x, y) -> {
            int column = x / across;
            int row = Math.floorMod(y - lean * column, down);
            int at = x % across;
            return at < wide
                && row < high
                && (at == 0 || at == wide - 1 || row == 0 || row == high - 1);
          };
      // Dots.
      default -> (x, y) -> x % across < wide && y % down < high;
    };
  }
}
