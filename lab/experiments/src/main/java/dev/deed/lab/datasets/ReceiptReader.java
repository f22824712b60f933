package dev.deed.lab.datasets;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.BadLine;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.OcrJson;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.page.ReadingOrder;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the receipts of a SROIE file: JSON Lines with {@code id}, {@code image}, {@code width},
 * {@code height}, {@code lines} (list of {@code text} and {@code box}) and {@code fields}. Belongs
 * to one thread.
 */
final class ReceiptReader implements AutoCloseable {
  /** What is asked of a receipt. */
  static final List<String> FIELDS = List.of("company", "date", "address", "total");

  /** Text lines of a page; what has more is no receipt, and sorting it would take long. */
  private static final int MOST_LINES = 10_000;

  private final Path file;
  private final InputReader lines;

  private ReceiptReader(Path file) {
    this.file = file;
    this.lines = InputReader.open(file);
  }

  /**
   * Opens a file.
   *
   * @throws InputException when it cannot be read
   */
  static ReceiptReader open(Path file) {
    return new ReceiptReader(file);
  }

  /**
   * The next receipt, {@code null} after the last.
   *
   * @throws InputException when the line is malformed, or lacks its size or its text lines
   */
  @Nullable Receipt next() {
    return switch (lines.next()) {
      case null -> null;
      case BadLine bad -> throw bad.error();
      case InputLine line -> receipt(line);
    };
  }

  private Receipt receipt(InputLine line) {
    String where = file + ", line " + line.number();
    if (line.width() == null || line.height() == null) {
      throw new InputException(where, "has no width or height", "give the size of the scan");
    }
    Fields fields = new Fields(where, "", lines.object());
    List<OcrWord> entries = OcrJson.entries(fields, "lines");
    if (entries.isEmpty() || entries.size() > MOST_LINES) {
      throw new InputException(
          where + ", field lines",
          "has " + entries.size() + " text lines",
          "give 1 to " + MOST_LINES);
    }
    return new Receipt(
        where,
        line.name(),
        line.image(),
        new OcrPage(ReadingOrder.of(entries), line.width(), line.height()),
        values(fields, where));
  }

  private static Map<String, String> values(Fields line, String where) {
    Map<String, String> values = new LinkedHashMap<>();
    ObjectNode object = line.object("fields");
    if (object != null) {
      Fields inside = new Fields(where, "fields.", object);
      for (String name : FIELDS) {
        String value = inside.text(name);
        if (value != null && !value.isBlank()) {
          values.put(name, value.strip());
        }
      }
    }
    return values;
  }

  @Override
  public void close() {
    lines.close();
  }
}
