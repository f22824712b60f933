package dev.deed.tasks.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.InputException;
import dev.deed.processing.Picture;
import dev.deed.processing.PictureReader;
import dev.deed.processing.PngWriter;
import dev.deed.processing.Resampling;
import dev.deed.processing.Resizer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
 */
public record Pix2CodeConverter(double valShare, double testShare, long seed) {
  private static final int SIDE = 256;
  private static final long MOST_MARKUP_BYTES = 1 << 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Hears how far the work is. */
  @FunctionalInterface
  public interface Progress {
    /** Called after each picture. */
    void at(int done, int total);
  }

  /**
   * What was written, in examples.
   *
   * @param train in train.jsonl
   * @param val in val.jsonl
   * @param test in test.jsonl
   */
  public record Summary(int train, int val, int test) {}

  private record Source(String name, String target) {}

  /**
   * Converts a folder. The result appears whole or not at all: it is made beside {@code to} and
   * then moved there.
   *
   * @param from folder with the pairs
   * @param to new or empty folder
   * @throws InputException when {@code from} holds no pairs, a picture or markup is missing or
   *     malformed, or {@code to} is not empty or cannot be written
   */
  public Summary convert(Path from, Path to, Progress progress) {
    List<Source> sources = sources(from);
    DataSetSplit<Source> split =
        DataSetSplit.of(sources, Source::target, valShare, testShare, seed);
    Path target = to.toAbsolutePath();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      refuseContent(target);
      delete(part);
      int total = sources.size();
      int done = write("train", split.train(), from, part, 0, total, progress);
      done = write("val", split.val(), from, part, done, total, progress);
      write("test", split.test(), from, part, done, total, progress);
      Files.deleteIfExists(target);
      Files.move(part, target);
    } catch (IOException e) {
      throw new InputException(
          to.toString(), "cannot be written: " + e.getMessage(), "give a writable folder");
    } finally {
      delete(part);
    }
    return new Summary(split.train().size(), split.val().size(), split.test().size());
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
      if (Files.size(file) > MOST_MARKUP_BYTES) {
        throw new InputException(
            file.toString(),
            "is larger than " + MOST_MARKUP_BYTES + " bytes",
            "give intact markup");
      }
      return tokens(file.toString(), Files.readString(file));
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

  private static int write(
      String part,
      List<Source> sources,
      Path from,
      Path to,
      int before,
      int total,
      Progress progress)
      throws IOException {
    Path pictures = Files.createDirectories(to.resolve(part));
    PictureReader reader = new PictureReader();
    int done = before;
    try (BufferedWriter lines = Files.newBufferedWriter(to.resolve(part + ".jsonl"))) {
      for (Source source : sources) {
        String file = source.name() + ".png";
        Picture picture = reader.read(from.resolve(file));
        if (picture.width() > SIDE || picture.height() > SIDE) {
          Picture small = Resizer.resize(picture, SIDE, SIDE, Resampling.BILINEAR);
          Files.write(pictures.resolve(file), PngWriter.encode(small));
        } else {
          Files.copy(from.resolve(file), pictures.resolve(file));
        }
        ObjectNode line = MAPPER.createObjectNode();
        line.put("id", source.name())
            .put("image", part + "/" + file)
            .put("target", source.target());
        lines.write(MAPPER.writeValueAsString(line));
        lines.write('\n');
        progress.at(++done, total);
      }
    }
    return done;
  }

  private static void refuseContent(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.list(folder)) {
      if (content.findAny().isPresent()) {
        throw new InputException(folder.toString(), "is not empty", "give a new folder");
      }
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new InputException(
          folder.toString(), "cannot be removed: " + e.getMessage(), "remove it");
    }
  }
}
