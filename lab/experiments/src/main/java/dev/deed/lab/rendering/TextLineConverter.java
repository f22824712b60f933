package dev.deed.lab.rendering;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.TrainingTexts;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.lab.copying.ReceiptTexts;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.lab.datasets.LineCrop;
import dev.deed.value.InputException;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;

/**
 * Training data of a model that reads text lines: pictures of texts that nobody printed, like those
 * that {@code SroieLinesConverter} cuts out of scans. Their number is what real ones lack: a model
 * with few of them learns its texts by heart and guesses the others.
 *
 * @param style what is printed and how
 * @param lengths of the texts
 * @param count pictures for training, 1…10,000,000
 * @param validation pictures for validation, 0…10,000,000; none makes no such part
 * @param seed decides everything that is drawn; the same pictures wherever the fonts are the same
 * @param fonts to choose from; at least one
 * @param crop brings pictures to their size
 */
public record TextLineConverter(
    Style style,
    TextLengths lengths,
    int count,
    int validation,
    long seed,
    List<Font> fonts,
    LineCrop crop) {
  /** Kinds of lines. */
  public enum Style {
    /** Lines of receipts to be joined with real ones: targets in capitals, plain ASCII. */
    RECEIPTS,
    /** Prints of all sorts, hard ones too, for a model that learns from nothing else. */
    PRINTS,
    /** The same prints; two texts of three are lines of made-up papers, whose words recur. */
    PAPERS
  }

  private static final double PAPERS_AMONG_PRINTS = 2.0 / 3;

  private static final int MOST = 10_000_000;
  private static final int IN_A_FOLDER = 1000;

  /**
   * @throws InputException when the count is out of range or there is no font
   */
  public TextLineConverter {
    InputException.require(
        count >= 1 && count <= MOST, "count", "is " + count, "give 1 to " + MOST);
    InputException.require(
        validation >= 0 && validation <= MOST,
        "validation",
        "is " + validation,
        "give 0 to " + MOST);
    InputException.require(!fonts.isEmpty(), "fonts", "are none", "give one or more");
    fonts = List.copyOf(fonts);
  }

  /**
   * Makes a data set of {@code train} and, if there is to be one, {@code val}. It appears whole or
   * not at all. Interrupting the thread stops it.
   *
   * @param texts files of the data format whose targets are disguised and set too, those of more
   *     than 200 characters left out; none unless {@link Style#RECEIPTS}
   * @param to new or empty folder
   * @throws InputException when a file is missing or malformed, there are texts for prints, the
   *     fonts can set none of the texts, or {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public void convert(List<Path> texts, Path to, ConversionProgress progress) {
    InputException.require(
        style == Style.RECEIPTS || texts.isEmpty(),
        "texts",
        "belong to receipts alone",
        "leave them away for prints");
    List<String> real = new ArrayList<>();
    if (!texts.isEmpty()) {
      new TrainingTexts(Set.of(TrainingTexts.Field.TARGET))
          .read(texts, text -> real.add(text.strip()));
      // What is longer is no line, and its picture would take any amount of memory.
      real.removeIf(text -> text.isEmpty() || text.length() > TextLengths.LIMIT);
    }
    LineMaker maker =
        switch (style) {
          case RECEIPTS ->
              new ReceiptLines(new ReceiptTexts(real), new LineRenderer(fonts), lengths);
          case PRINTS -> new PrintLines(new PrintTexts(0), new PrintRenderer(fonts), lengths);
          case PAPERS ->
              new PrintLines(
                  new PrintTexts(PAPERS_AMONG_PRINTS), new PrintRenderer(fonts), lengths);
        };
    AtomicFolder.write(
        to,
        folder -> {
          write(folder, maker, progress);
          return to;
        });
  }

  private void write(Path folder, LineMaker maker, ConversionProgress progress) throws IOException {
    SplittableRandom seeds = new SplittableRandom(seed);
    write(folder, "train", count, seeds, maker, done -> progress.at(done, count + validation));
    if (validation > 0) {
      write(
          folder,
          "val",
          validation,
          seeds,
          maker,
          done -> progress.at(count + done, count + validation));
    }
  }

  private void write(
      Path folder,
      String part,
      int pictures,
      SplittableRandom seeds,
      LineMaker maker,
      IntConsumer done)
      throws IOException {
    try (DrawingThread drawing = new DrawingThread();
        JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
      for (int i = 0; i < pictures; i++) {
        Interruption.check(Interruption.NOTHING_WRITTEN);
        SplittableRandom random = seeds.split();
        LineMaker.Line made = drawing.run(() -> maker.make(random));
        String file = "%s/%02d/%06d.png".formatted(part, i / IN_A_FOLDER, i);
        Files.createDirectories(folder.resolve(file).getParent());
        Files.write(folder.resolve(file), PngWriter.encodeGrey(crop.scaled(made.picture())));
        ObjectNode line = JsonLinesWriter.object();
        lines.write(line.put("id", id(part, i)).put("image", file).put("target", made.text()));
        done.accept(i + 1);
      }
    }
  }

  private static String id(String part, int number) {
    return (part.equals("train") ? "made-up-" : "made-up-" + part + "-") + number;
  }
}
