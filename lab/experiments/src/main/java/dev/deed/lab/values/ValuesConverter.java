package dev.deed.lab.values;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.lab.values.ValueTexts.ValueExample;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Training data of a model that reads dates, times, amounts, quantities and numbers in texts of
 * seven languages and writes them in one form. No prompt of a part is in another.
 *
 * @param count training examples, 1…10,000,000
 * @param valCount validation examples, 1…100,000
 * @param testCount test examples, 0…100,000
 * @param seed decides everything that is drawn
 */
public record ValuesConverter(int count, int valCount, int testCount, long seed) {
  private static final int MOST = 10_000_000;
  private static final int MOST_HELD_OUT = 100_000;

  /**
   * @throws InputException when a number is out of range
   */
  public ValuesConverter {
    require("count", count, 1, MOST);
    require("validation examples", valCount, 1, MOST_HELD_OUT);
    require("test examples", testCount, 0, MOST_HELD_OUT);
  }

  private static void require(String what, int number, int least, int most) {
    InputException.require(
        number >= least && number <= most, what, "is " + number, "give " + least + " to " + most);
  }

  /**
   * Makes a data set of {@code train}, {@code val} and {@code test}. It appears whole or not at
   * all. Interrupting the thread stops it.
   *
   * @param to new or empty folder
   * @throws InputException when {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public void convert(Path to, ConversionProgress progress) {
    AtomicFolder.write(
        to,
        folder -> {
          Writer writer = new Writer(folder, progress);
          if (testCount > 0) {
            writer.write("test", testCount);
          }
          writer.write("val", valCount);
          writer.write("train", count);
          return to;
        });
  }

  private final class Writer {
    private final Path folder;
    private final ConversionProgress progress;
    private final SplittableRandom seeds = new SplittableRandom(seed);
    private final ValueTexts texts = new ValueTexts();
    private final Set<String> heldOut = new HashSet<>();
    private long done;

    Writer(Path folder, ConversionProgress progress) {
      this.folder = folder;
      this.progress = progress;
    }

    void write(String part, int examples) throws IOException {
      boolean train = part.equals("train");
      try (JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
        while (lines.written() < examples) {
          Interruption.check(Interruption.NOTHING_WRITTEN);
          ValueExample example = texts.draw(seeds.split());
          if (train ? heldOut.contains(example.prompt()) : !heldOut.add(example.prompt())) {
            continue;
          }
          ObjectNode line = JsonLinesWriter.object();
          line.put("id", part + "-" + lines.written());
          lines.write(line.put("prompt", example.prompt()).put("target", example.target()));
          progress.at(++done, (long) count + valCount + testCount);
        }
      }
    }
  }
}
