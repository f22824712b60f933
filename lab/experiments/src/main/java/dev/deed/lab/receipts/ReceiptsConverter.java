package dev.deed.lab.receipts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Training data of a model that finds the fields of receipts and invoices: made-up papers as words
 * with boxes. Each field is a line; the decoder is told its name, the target is the run of words
 * that stands on the paper, empty where there is none. A field that is torn apart is left out.
 *
 * @param count papers for training, 1…10,000,000
 * @param valCount papers for validation, 1…100,000
 * @param mostWords words that a paper has at most, 1…100,000
 * @param seed decides everything that is drawn
 */
public record ReceiptsConverter(int count, int valCount, int mostWords, long seed) {
  /**
   * @throws InputException when a number is out of range
   */
  public ReceiptsConverter {
    require("count", count, 10_000_000);
    require("papers for validation", valCount, 100_000);
    require("words", mostWords, 100_000);
  }

  private static void require(String what, int number, int most) {
    InputException.require(
        number >= 1 && number <= most, what, "is " + number, "give 1 to " + most);
  }

  /**
   * Makes a data set of {@code train} and {@code val}, and {@code pages.jsonl} with whole papers,
   * as many as for validation. It appears whole or not at all. Interrupting the thread stops it.
   *
   * @param to new or empty folder
   * @throws InputException when {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public void convert(Path to, ConversionProgress progress) {
    AtomicFolder.write(
        to,
        folder -> {
          SplittableRandom seeds = new SplittableRandom(seed);
          write(folder, "val", valCount, seeds, 0, progress);
          write(folder, "train", count, seeds, valCount, progress);
          writePages(folder.resolve("pages.jsonl"), valCount, seeds);
          return to;
        });
  }

  /** Whole papers with all their fields, as {@code calibrate --review} reads them. */
  private void writePages(Path file, int papers, SplittableRandom seeds) throws IOException {
    try (JsonLinesWriter lines = JsonLinesWriter.create(file)) {
      while (lines.written() < papers) {
        Paper paper = PaperGrammar.draw(seeds.split());
        // What is torn apart has no run that could be right.
        if (paper.page().entries().isEmpty()
            || paper.fields().size() < PaperField.values().length) {
          continue;
        }
        ObjectNode line = JsonLinesWriter.object();
        line.put("id", "page-" + lines.written());
        JsonLinesWriter.putPage(line, paper.page());
        line.set("words", line.remove("ocr"));
        ObjectNode fields = line.putObject("fields");
        paper.fields().forEach((field, text) -> fields.put(field.label(), text));
        lines.write(line);
      }
    }
  }

  private void write(
      Path folder,
      String part,
      int papers,
      SplittableRandom seeds,
      long before,
      ConversionProgress progress)
      throws IOException {
    try (JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
      for (int number = 0; number < papers; ) {
        Interruption.check(Interruption.NOTHING_WRITTEN);
        Paper paper = PaperGrammar.draw(seeds.split());
        long words =
            paper.page().entries().stream().mapToLong(e -> e.text().split(" ").length).sum();
        if (words == 0 || words > mostWords) {
          continue;
        }
        for (Map.Entry<PaperField, String> field : paper.fields().entrySet()) {
          ObjectNode line = JsonLinesWriter.object();
          line.put("id", part + "-" + number + "-" + field.getKey().label());
          JsonLinesWriter.putPage(line, paper.page());
          line.put("decoder_prompt", field.getKey().label());
          lines.write(line.put("target", field.getValue()));
        }
        progress.at(before + ++number, (long) count + valCount);
      }
    }
  }
}
