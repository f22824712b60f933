package dev.deed.lab.datasets;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.processing.page.OcrPage;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Receipts of SROIE to questions about their fields: an example for each receipt and each of
 * company, date, address and total that is not empty, with the receipt's text lines in reading
 * order.
 *
 * @param images whether examples also get the scan, which is copied
 */
public record SroieFieldsConverter(boolean images) {
  /**
   * What was written.
   *
   * @param examples of each part that was there, in the order train, val, test
   * @param emptyFields fields that were left out
   */
  public record Summary(Map<String, Long> examples, int emptyFields) {}

  /**
   * Converts a folder. The result appears whole or not at all. Interrupting the thread stops it.
   *
   * @param from folder with {@code train.jsonl}, {@code val.jsonl}, {@code test.jsonl} or some of
   *     them
   * @param to new or empty folder
   * @throws InputException when a file is missing or malformed, a scan cannot be read, or {@code
   *     to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public Summary convert(Path from, Path to, ConversionProgress progress) {
    DataParts parts = DataParts.of(from);
    long total = parts.lines();
    return AtomicFolder.write(
        to,
        folder -> {
          Map<String, Long> examples = new LinkedHashMap<>();
          PictureCopies copies = new PictureCopies(folder);
          int empty = 0;
          long done = 0;
          for (String part : parts.names()) {
            try (ReceiptReader reader = ReceiptReader.open(parts.file(part));
                JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
              for (Receipt next = reader.next(); next != null; next = reader.next()) {
                Interruption.check(Interruption.NOTHING_WRITTEN);
                write(next, lines, copies);
                empty += ReceiptReader.FIELDS.size() - next.fields().size();
                progress.at(++done, total);
              }
              examples.put(part, lines.written());
            }
          }
          return new Summary(examples, empty);
        });
  }

  private void write(Receipt receipt, JsonLinesWriter lines, PictureCopies copies)
      throws IOException {
    String image = null;
    if (images) {
      if (receipt.image() == null) {
        throw new InputException(
            receipt.where(), "has no image", "give the scan, or convert without images");
      }
      image = copies.copy(receipt.image());
    }
    List<OcrWord> texts =
        receipt.page().entries().stream().filter(entry -> !entry.text().isBlank()).toList();
    OcrPage page = new OcrPage(texts, receipt.page().width(), receipt.page().height());
    for (Map.Entry<String, String> field : receipt.fields().entrySet()) {
      ObjectNode line = JsonLinesWriter.object();
      line.put("id", receipt.id() + "-" + field.getKey());
      line.put("prompt", "what is the " + field.getKey() + "?");
      if (image != null) {
        line.put("image", image);
      }
      JsonLinesWriter.putPage(line, page);
      line.put("target", field.getValue());
      lines.write(line);
    }
  }
}
