package dev.deed.lab.datasets;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFolder;
import dev.deed.files.Interruption;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Receipts of SROIE to text-line recognition: a grey PNG of each text line, its text as target.
 * Lines whose box is too small to be read or has no text, and crops that are blank, are left out.
 *
 * @param height of the pictures in pixels, 8…512
 * @param largestWidth in pixels, from the height to 4096; longer lines are squeezed
 * @param keepWidth whether pictures of shorter lines stay narrower, in place of white behind them
 */
public record SroieLinesConverter(int height, int largestWidth, boolean keepWidth) {
  /**
   * What was written.
   *
   * @param examples of each part that was there, in the order train, val, test
   * @param unreadable lines left out since their box is too small or their text empty
   * @param blank lines left out since nothing is to be seen in their box
   */
  public record Summary(Map<String, Long> examples, int unreadable, int blank) {}

  /**
   * @throws InputException when a size is out of range
   */
  public SroieLinesConverter {
    new LineCrop(height, largestWidth, keepWidth);
  }

  /**
   * Converts a folder. The result appears whole or not at all. Interrupting the thread stops it.
   *
   * @param from folder with {@code train.jsonl}, {@code val.jsonl}, {@code test.jsonl} or some of
   *     them
   * @param to new or empty folder
   * @throws InputException when a file is missing or malformed, a scan cannot be read or has
   *     another size than its line says, or {@code to} is not empty or cannot be written
   * @throws CancellationException when the thread was interrupted
   */
  public Summary convert(Path from, Path to, ConversionProgress progress) {
    DataParts parts = DataParts.of(from);
    long total = parts.lines();
    return AtomicFolder.write(
        to,
        folder -> {
          Map<String, Long> examples = new LinkedHashMap<>();
          Writer writer = new Writer(folder, new LineCrop(height, largestWidth, keepWidth));
          long done = 0;
          for (String part : parts.names()) {
            Files.createDirectories(folder.resolve(part));
            try (ReceiptReader reader = ReceiptReader.open(parts.file(part));
                JsonLinesWriter lines = JsonLinesWriter.create(folder.resolve(part + ".jsonl"))) {
              int number = 0;
              for (Receipt next = reader.next(); next != null; next = reader.next()) {
                Interruption.check(Interruption.NOTHING_WRITTEN);
                // Numbered, since the name comes from outside and need not be one for a file.
                writer.write(next, "%s/%04d-".formatted(part, ++number), lines);
                progress.at(++done, total);
              }
              examples.put(part, lines.written());
            }
          }
          return new Summary(examples, writer.unreadable, writer.blank);
        });
  }

  private static final class Writer {
    private final Path folder;
    private final LineCrop crop;
    private final PictureReader reader = new PictureReader();
    private int unreadable;
    private int blank;

    Writer(Path folder, LineCrop crop) {
      this.folder = folder;
      this.crop = crop;
    }

    void write(Receipt receipt, String prefix, JsonLinesWriter lines) throws IOException {
      Picture scan = scan(receipt);
      int number = 0;
      for (OcrWord entry : receipt.page().entries()) {
        number++;
        if (!LineCrop.readable(entry, scan.width(), scan.height())) {
          unreadable++;
          continue;
        }
        Picture part = LineCrop.part(scan, entry);
        if (part.isBlank()) {
          blank++;
          continue;
        }
        String file = "%s%03d.png".formatted(prefix, number);
        Files.write(folder.resolve(file), PngWriter.encodeGrey(crop.scaled(part)));
        ObjectNode line = JsonLinesWriter.object();
        line.put("id", receipt.id() + "-" + number)
            .put("image", file)
            .put("target", entry.text().strip());
        lines.write(line);
      }
    }

    private Picture scan(Receipt receipt) {
      if (receipt.image() == null) {
        throw new InputException(receipt.where(), "has no image", "give the scan");
      }
      Picture scan = reader.read(receipt.image());
      if (scan.width() != receipt.page().width() || scan.height() != receipt.page().height()) {
        throw new InputException(
            receipt.where(),
            "says %d×%d, but the scan is %d×%d"
                .formatted(
                    receipt.page().width(), receipt.page().height(), scan.width(), scan.height()),
            "give the size that the boxes belong to");
      }
      return scan;
    }
  }
}
