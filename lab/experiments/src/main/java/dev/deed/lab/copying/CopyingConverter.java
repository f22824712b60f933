package dev.deed.lab.copying;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.lab.copying.CopyingExamples.CopyExample;
import dev.deed.lab.datasets.ConversionProgress;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.processing.page.OcrPage;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Pre-training data of a model that reads pages: questions whose answer has to be copied from the
 * page token by token. Pages are those of a data set with {@code ocr}, disguised so that nothing
 * can be learnt by heart, and made-up receipts. Training examples come from the pages of {@code
 * train.jsonl}, validation examples from those of {@code val.jsonl}; {@code test.jsonl} is never
 * opened.
 *
 * @param count training examples, 1…10,000,000
 * @param valCount validation examples, 1…count
 * @param seed decides everything that is drawn
 * @param madeUpShare share of examples on made-up receipts, 0…1; with 1 no data set is read
 * @param mostLines text lines that a page keeps, 5…10,000
 */
public record CopyingConverter(
    int count, int valCount, long seed, double madeUpShare, int mostLines) {
  private static final int MOST = 10_000_000;
  private static final int LEAST_LINES = 5;
  private static final int MOST_LINES = 10_000;

  /**
   * @throws InputException when a number is out of range
   */
  public CopyingConverter {
    require(count >= 1 && count <= MOST, "count", count, "give 1 to " + MOST);
    require(valCount >= 1 && valCount <= count, "count of val", valCount, "give 1 to " + count);
    require(madeUpShare >= 0 && madeUpShare <= 1, "share of made-up", madeUpShare, "give 0 to 1");
    require(
        mostLines >= LEAST_LINES && mostLines <= MOST_LINES,
        "largest number of lines",
        mostLines,
        "give %d to %d".formatted(LEAST_LINES, MOST_LINES));
  }

  private static void require(boolean holds, String what, Number value, String whatToDo) {
    InputException.require(holds, what, "is " + value, whatToDo);
  }

  /**
   * What was written.
   *
   * @param examples of train and val
   * @param madeUp how many of them are on made-up receipts
   * @param pages real pages that others are drawn from
   * @param tasks how many ask for what
   */
  public record Summary(
      Map<String, Long> examples, long madeUp, int pages, Map<String, Long> tasks) {}

  /**
   * Makes a data set. The result appears whole or not at all. Interrupting the thread stops it.
   *
   * @param from folder with {@code train.jsonl} and {@code val.jsonl}, every line with {@code ocr}
   * @param to new or empty folder
   * @throws InputException when a file is missing or malformed, a line has no page, nothing can be
   *     asked of them, or {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public Summary convert(Path from, Path to, ConversionProgress progress) {
    List<OcrPage> trainPages = pages(from.resolve("train.jsonl"));
    List<OcrPage> valPages = pages(from.resolve("val.jsonl"));
    return AtomicFolder.write(
        to,
        folder -> {
          Writer writer = new Writer(folder, progress);
          SplittableRandom random = new SplittableRandom(seed);
          // First, so that training can leave out what validation has.
          writer.write("val", valCount, valPages, random.split());
          writer.write("train", count, trainPages, random.split());
          Map<String, Long> examples = new LinkedHashMap<>();
          examples.put("train", (long) count);
          examples.put("val", (long) valCount);
          return new Summary(
              examples, writer.madeUp, trainPages.size() + valPages.size(), writer.tasks);
        });
  }

  private List<OcrPage> pages(Path file) {
    return madeUpShare == 1 ? List.of() : RealPages.read(file);
  }

  private final class Writer {
    private final Path folder;
    private final ConversionProgress progress;
    private final Set<CopyExample> ofVal = new HashSet<>();
    private final Map<String, Long> tasks = new LinkedHashMap<>();
    private long madeUp;
    private long done;

    Writer(Path folder, ConversionProgress progress) {
      this.folder = folder;
      this.progress = progress;
      for (CopyTask task : CopyTask.values()) {
        tasks.put(task.label(), 0L);
      }
    }

    void write(String part, int examples, List<OcrPage> pages, SplittableRandom random)
        throws IOException {
      boolean val = part.equals("val");
      CopyingExamples source = new CopyingExamples(pages, madeUpShare, mostLines);
      try (JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
        while (lines.written() < examples) {
          Interruption.check(Interruption.NOTHING_WRITTEN);
          CopyExample example = source.draw(random.split());
          if (val) {
            ofVal.add(example);
          } else if (ofVal.contains(example)) {
            continue;
          }
          lines.write(line(part + "-" + lines.written(), example));
          madeUp += example.madeUp() ? 1 : 0;
          tasks.merge(example.question().task().label(), 1L, Long::sum);
          progress.at(++done, (long) count + valCount);
        }
      }
    }

    private ObjectNode line(String id, CopyExample example) {
      ObjectNode line = JsonLinesWriter.object();
      line.put("id", id).put("prompt", example.question().prompt());
      JsonLinesWriter.putPage(line, example.page());
      line.put("target", example.question().answer());
      line.put("task", example.question().task().label()).put("made_up", example.madeUp());
      return line;
    }
  }
}
