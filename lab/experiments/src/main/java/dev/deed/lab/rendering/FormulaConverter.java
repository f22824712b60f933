package dev.deed.lab.rendering;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.TrainingTexts;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Training data of a model that reads formulas: pictures of formulas that nobody wrote, and their
 * LaTeX. No formula is there twice, so none of the test is known from training. Test and validation
 * are drawn first: with the same seed and counts of their own they are the same, however many
 * training examples follow.
 *
 * @param count training examples, 1…10,000,000
 * @param valCount validation examples, 1…100,000
 * @param testCount test examples, 0…100,000
 * @param mostTokens of a formula, 4…64: a model learns to read from short ones first; 1 for single
 *     signs, which it learns before those and which come again and again
 * @param everyday whether {@link FormulaPatterns} draws: laws, identities and equations as people
 *     write them, in place of a grammar that combines all it knows
 * @param seed decides everything that is drawn; the same files wherever the JDK is the same
 */
public record FormulaConverter(
    int count, int valCount, int testCount, int mostTokens, boolean everyday, long seed) {
  /** Tokens of the longest formula. */
  public static final int MOST_TOKENS = 64;

  /** Rows of the highest picture. */
  public static final int HEIGHT = 64;

  /** Columns of the widest picture. */
  public static final int WIDTH = 448;

  private static final int MOST = 10_000_000;
  private static final int MOST_HELD_OUT = 100_000;
  private static final int IN_A_FOLDER = 1000;
  private static final int LEAST_TOKENS = 3;

  /** Draws in a row without a new formula; after so many there is hardly one left. */
  private static final int MOST_DRAWS = 100_000;

  /**
   * @throws InputException when a count is out of range
   */
  public FormulaConverter {
    require("count", count, 1, MOST);
    require("validation examples", valCount, 1, MOST_HELD_OUT);
    require("test examples", testCount, 0, MOST_HELD_OUT);
    int least = mostTokens == 1 ? 1 : LEAST_TOKENS + 1;
    require("tokens of a formula", mostTokens, least, MOST_TOKENS);
  }

  private static void require(String what, int number, int least, int most) {
    InputException.require(
        number >= least && number <= most, what, "is " + number, "give " + least + " to " + most);
  }

  /**
   * Makes a data set of {@code train}, {@code val} and {@code test}. It appears whole or not at
   * all. Interrupting the thread stops it.
   *
   * @param excluded files of the data format whose targets are not drawn; may be none
   * @param to new or empty folder
   * @throws InputException when a file is missing or malformed, there are not so many formulas of
   *     so few tokens, or {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public void convert(List<Path> excluded, Path to, ConversionProgress progress) {
    Set<String> drawn = new HashSet<>();
    if (!excluded.isEmpty()) {
      new TrainingTexts(Set.of(TrainingTexts.Field.TARGET)).read(excluded, drawn::add);
    }
    AtomicFolder.write(
        to,
        folder -> {
          SplittableRandom seeds = new SplittableRandom(seed);
          if (testCount > 0) {
            write(folder, new Part("test", testCount, 0), seeds, drawn, progress);
          }
          write(folder, new Part("val", valCount, testCount), seeds, drawn, progress);
          write(folder, new Part("train", count, testCount + valCount), seeds, drawn, progress);
          return to;
        });
  }

  /**
   * @param before examples of the parts that are written already
   */
  private record Part(String name, int count, int before) {}

  private void write(
      Path folder,
      Part part,
      SplittableRandom seeds,
      Set<String> drawn,
      ConversionProgress progress)
      throws IOException {
    FormulaRenderer renderer = new FormulaRenderer(HEIGHT, WIDTH);
    FormulaPatterns patterns = FormulaPatterns.shipped();
    int total = count + valCount + testCount;
    try (DrawingThread drawing = new DrawingThread();
        JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part.name + ".jsonl"))) {
      for (int i = 0, draws = 0; i < part.count; draws++) {
        Interruption.check(Interruption.NOTHING_WRITTEN);
        requireMore(draws, part.before + i);
        SplittableRandom random = seeds.split();
        List<String> tokens = drawn(random, patterns);
        String target = String.join(" ", tokens);
        boolean fits = tokens.size() >= LEAST_TOKENS && tokens.size() <= mostTokens;
        if (mostTokens > 1 && (!fits || drawn.contains(target))) {
          continue;
        }
        Picture picture = drawing.run(() -> renderer.draw(tokens, random));
        if (picture == null || picture.isBlank()) {
          continue;
        }
        drawn.add(target);
        String file = "%s/%02d/%06d.png".formatted(part.name, i / IN_A_FOLDER, i);
        Files.createDirectories(folder.resolve(file).getParent());
        Files.write(folder.resolve(file), PngWriter.encodeGrey(picture));
        ObjectNode line = JsonLinesWriter.object();
        lines.write(line.put("id", part.name + "-" + i).put("image", file).put("target", target));
        i++;
        draws = 0;
        progress.at(part.before + i, total);
      }
    }
  }

  private void requireMore(int draws, int written) {
    InputException.require(
        draws < MOST_DRAWS,
        "formulas of at most " + mostTokens + " tokens",
        "have no new one after " + written,
        "ask for fewer or for longer ones");
  }

  private List<String> drawn(SplittableRandom random, FormulaPatterns patterns) {
    List<List<String>> signs = FormulaSymbols.SIGNS;
    if (mostTokens == 1) {
      return signs.get(random.nextInt(signs.size()));
    }
    return everyday ? patterns.draw(random) : new FormulaGrammar(random).draw();
  }
}
