package dev.deed.experiments.rendering;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.AtomicFolder;
import dev.deed.checkpoint.BadInputException;
import dev.deed.checkpoint.Interruption;
import dev.deed.data.JsonLinesWriter;
import dev.deed.data.TrainingTexts;
import dev.deed.experiments.copying.ReceiptTexts;
import dev.deed.experiments.datasets.ConversionProgress;
import dev.deed.experiments.datasets.LineCrop;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PngWriter;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Training data of a model that reads text lines: pictures of texts that nobody printed, like those
 * that {@code SroieLinesConverter} cuts out of scans. Their number is what real ones lack: a model
 * with few of them learns its texts by heart and guesses the others.
 *
 * @param count pictures, 1…10,000,000
 * @param seed decides everything that is drawn; the same pictures wherever the fonts are the same
 * @param fonts to choose from; at least one
 * @param crop brings pictures to their size
 */
public record TextLineConverter(int count, long seed, List<Font> fonts, LineCrop crop) {
  private static final int MOST = 10_000_000;
  private static final int IN_A_FOLDER = 1000;
  private static final int MOST_CHARACTERS = 200;

  /** Draws that can fail because a font lacks a character; where so many do, all will. */
  private static final int MOST_TRIES = 1000;

  /**
   * @throws BadInputException when the count is out of range or there is no font
   */
  public TextLineConverter {
    BadInputException.require(
        count >= 1 && count <= MOST, "count", "is " + count, "give 1 to " + MOST);
    BadInputException.require(!fonts.isEmpty(), "fonts", "are none", "give one or more");
    fonts = List.copyOf(fonts);
  }

  /**
   * Makes a data set of one part, {@code train}. It appears whole or not at all. Interrupting the
   * thread stops it.
   *
   * @param texts files of the data format whose targets are disguised and set too, those of more
   *     than 200 characters left out; may be none
   * @param to new or empty folder
   * @throws BadInputException when a file is missing or malformed, the fonts can set none of the
   *     texts, or {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public void convert(List<Path> texts, Path to, ConversionProgress progress) {
    List<String> real = new ArrayList<>();
    if (!texts.isEmpty()) {
      new TrainingTexts(Set.of(TrainingTexts.Field.TARGET))
          .read(texts, text -> real.add(text.strip()));
      // What is longer is no line, and its picture would take any amount of memory.
      real.removeIf(text -> text.isEmpty() || text.length() > MOST_CHARACTERS);
    }
    AtomicFolder.write(
        to,
        folder -> {
          write(folder, new ReceiptTexts(real), progress);
          return to;
        });
  }

  private void write(Path folder, ReceiptTexts texts, ConversionProgress progress)
      throws IOException {
    LineRenderer renderer = new LineRenderer(fonts);
    SplittableRandom seeds = new SplittableRandom(seed);
    try (JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve("train.jsonl"))) {
      for (int i = 0; i < count; i++) {
        Interruption.check(Interruption.NOTHING_WRITTEN);
        SplittableRandom random = seeds.split();
        String text = text(texts, renderer, random);
        String neighbour = text(texts, renderer, random);
        Picture picture = renderer.draw(LineRenderer.printed(text, random), neighbour, random);
        String file = "train/%02d/%06d.png".formatted(i / IN_A_FOLDER, i);
        Files.createDirectories(folder.resolve(file).getParent());
        Files.write(folder.resolve(file), PngWriter.encodeGrey(crop.scaled(picture)));
        ObjectNode line = JsonLinesWriter.object();
        lines.write(line.put("id", "made-up-" + i).put("image", file).put("target", text));
        progress.at(i + 1, count);
      }
    }
  }

  private static String text(ReceiptTexts texts, LineRenderer renderer, SplittableRandom random) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      String text = texts.draw(random);
      if (renderer.canSet(text)) {
        return text;
      }
    }
    throw new BadInputException(
        "fonts", "have not all characters of the texts", "give fonts for this script");
  }
}
