package dev.deed.lab.copying;

import dev.deed.data.BadLine;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.ParsedLine;
import dev.deed.files.Interruption;
import dev.deed.processing.page.OcrPage;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The pages of a data set, each once however many lines ask about it. */
final class RealPages {
  /** What has more text lines is no page, and finding its rows would take long. */
  private static final int MOST_LINES = 10_000;

  private RealPages() {}

  /**
   * Reads a file of the data format.
   *
   * @return pages without empty text lines, in the order of the file
   * @throws InputException when a line is malformed, has no page or too large a one
   */
  static List<OcrPage> read(Path file) {
    Set<OcrPage> pages = new LinkedHashSet<>();
    try (InputReader reader = InputReader.open(file)) {
      for (ParsedLine next = reader.next(); next != null; next = reader.next()) {
        Interruption.check(Interruption.NOTHING_WRITTEN);
        switch (next) {
          case BadLine bad -> throw bad.error();
          case InputLine line -> pages.add(page(file + ", line " + line.number(), line));
        }
      }
    }
    InputException.require(
        !pages.isEmpty(), file.toString(), "holds no pages", "give lines with ocr");
    return List.copyOf(pages);
  }

  private static OcrPage page(String where, InputLine line) {
    List<OcrWord> entries = line.ocr().stream().filter(entry -> !entry.text().isBlank()).toList();
    if (entries.isEmpty() || line.width() == null || line.height() == null) {
      throw new InputException(
          where,
          "has no ocr with text, or no width and height",
          "give what convert sroie --task fields makes");
    }
    InputException.require(
        entries.size() <= MOST_LINES,
        where,
        "has " + entries.size() + " text lines",
        "give at most " + MOST_LINES);
    return new OcrPage(entries, line.width(), line.height());
  }
}
