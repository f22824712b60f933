package dev.deed.lab.datasets;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.files.RegularFile;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.picture.Resampling;
import dev.deed.processing.picture.Resizer;
import dev.deed.value.InputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * The published pix2code data set (Beltramelli 2017), a folder of {@code NAME.gui} and {@code
 * NAME.png}, to our format: {@code train.jsonl}, {@code val.jsonl}, {@code test.jsonl} and a folder
 * of pictures for each. Markup becomes tokens separated by single spaces; pictures over 256 pixels
 * become 256 × 256, others stay as they are.
 *
 * @param valShare share of examples for validation, 0…1
 * @param testShare share of examples for testing, 0…1; both together below 1
 * @param seed decides which
 * @param keepBlank whether blank pictures stay. The published data has some, with markup of real
 *     pages: nothing to learn from and nothing to be judged by
 */
public record Pix2CodeConverter(double valShare, double testShare, long seed, boolean keepBlank) {
  private static final int SIDE = 256;
  private static final int MOST_MARKUP_BYTES = 1 << 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * @throws InputException when the shares are out of range
   */
  public Pix2CodeConverter {
    if (!(valShare >= 0 && testShare >= 0 && valShare + testShare < 1)) {
      throw new InputException(
          "shares of val and test",
          "are %s and %s".formatted(valShare, testShare),
          "give neither below 0, and together below 1");
    }
  }

  /**
   * What was written, in examples.
   *
   * @param train in train.jsonl
   * @param val in val.jsonl
   * @param test in test.jsonl
   * @param blank names of the blank pictures, kept or left out
   */
  public record Summary(int train, int val, int test, List<String> blank) {
    public Summary {
      blank = List.copyOf(blank);
    }
  }

  private record Source(String name, String target) {}

  /**
   * Converts a folder. The result appears whole or not at all: it is made beside {@code to} and
   * then moved there. Blank pictures are left out of their part after the division, which so does
   * not depend on them. Interrupting the thread stops it.
   *
   * @param from folder with the pairs
   * @param to new or empty folder
   * @throws InputException when {@code from} holds no pairs, a picture or markup is missing or
   *     malformed, or {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public Summary convert(Path from, Path to, ConversionProgress progress) {
    List<Source> sources = sources(from);
    DataSetSplit<Source> split =
        DataSetSplit.of(sources, Source::target, valShare, testShare, seed);
    return AtomicFolder.write(
        to,
        part -> {
          Writer writer = new Writer(from, part, sources.size(), keepBlank, progress);
          int train = writer.write("train", split.train());
          int val = writer.write("val", split.val());
          int test = writer.write("test", split.test());
          return new Summary(train, val, test, writer.blank);
        });
  }

  private static List<Source> sources(Path from) {
    List<Path> markup;
    try (Stream<Path> files = Files.list(from)) {
      markup = files.filter(file -> file.toString().endsWith(".gui")).sorted().toList();
    } catch (IOException e) {
      throw new InputException(
          from.toString(), "is no folder that can be read", "give the folder of the data set");
    }
    if (markup.isEmpty()) {
      throw new InputException(
          from.toString(),
          "holds no NAME.gui",
          "give the folder with the pairs NAME.gui and NAME.png");
    }
    List<Source> sources = new ArrayList<>();
    for (Path file : markup) {
      String name = file.getFileName().toString().replaceFirst("\\.gui$", "");
      if (!Files.isRegularFile(from.resolve(name + ".png"))) {
        throw new InputException(
            file.toString(), "has no picture " + name + ".png", "complete the data set");
      }
      sources.add(new Source(name, target(file)));
    }
    return sources;
  }

  private static String target(Path file) {
    try {
      ByteBuffer markup =
          ByteBuffer.wrap(RegularFile.read(file, MOST_MARKUP_BYTES, "give intact markup"));
      return tokens(file.toString(), StandardCharsets.UTF_8.newDecoder().decode(markup).toString());
    } catch (IOException e) {
      throw new InputException(
          file.toString(), "cannot be read as UTF-8 text", "give intact markup");
    }
  }

  /**
   * Markup as tokens separated by single spaces: words, commas and braces.
   *
   * @param name what an error message calls it
   * @throws InputException when there is nothing, or braces do not match
   */
  static String tokens(String name, String markup) {
    List<String> tokens =
        Stream.of(markup.replaceAll("[{},]", " $0 ").split("\\s+"))
            .filter(token -> !token.isEmpty())
            .toList();
    int depth = 0;
    for (String token : tokens) {
      depth += token.equals("{") ? 1 : token.equals("}") ? -1 : 0;
      if (depth < 0) {
        break;
      }
    }
    if (tokens.isEmpty() || depth != 0) {
      throw new InputException(
          name,
          tokens.isEmpty() ? "is empty" : "has braces that do not match",
          "give intact markup");
    }
    return String.join(" ", tokens);
  }

  /** Writes the parts of one data set. */
  private static final class Writer {
    private final Path from;
    private final Path to;
    private final int total;
    private final boolean keepBlank;
    private final ConversionProgress progress;
    private final PictureReader reader = new PictureReader();
    private final List<String> blank = new ArrayList<>();
    private int done;

    Writer(Path from, Path to, int total, boolean keepBlank, ConversionProgress progress) {
      this.from = from;
      this.to = to;
      this.total = total;
      this.keepBlank = keepBlank;
      this.progress = progress;
    }

    /** Number of examples written. */
    int write(String part, List<Source> sources) throws IOException {
      Path pictures = Files.createDirectories(to.resolve(part));
      int written = 0;
      try (BufferedWriter lines = Files.newBufferedWriter(to.resolve(part + ".jsonl"))) {
        for (Source source : sources) {
          Interruption.check(Interruption.NOTHING_WRITTEN);
          String file = source.name() + ".png";
          Picture picture = reader.read(from.resolve(file));
          boolean isBlank = picture.isBlank();
          if (isBlank) {
            blank.add(source.name());
          }
          if (keepBlank || !isBlank) {
            copy(picture, file, pictures);
            ObjectNode line = MAPPER.createObjectNode();
            line.put("id", source.name())
                .put("image", part + "/" + file)
                .put("target", source.target());
            lines.write(MAPPER.writeValueAsString(line));
            lines.write('\n');
            written++;
          }
          progress.at(++done, total);
        }
      }
      return written;
    }

    private void copy(Picture picture, String file, Path pictures) throws IOException {
      if (picture.width() > SIDE || picture.height() > SIDE) {
        Picture small = Resizer.resize(picture, SIDE, SIDE, Resampling.BILINEAR);
        Files.write(pictures.resolve(file), PngWriter.encode(small));
      } else {
        Files.copy(from.resolve(file), pictures.resolve(file));
      }
    }
  }
}
