package dev.deed.lab.datasets;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.page.OcrPage;
import dev.deed.value.OcrWord;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a file of the data format, an object a line. Belongs to one thread. */
public final class JsonLinesWriter implements AutoCloseable {
  private final BufferedWriter lines;
  private long written;

  private JsonLinesWriter(BufferedWriter lines) {
    this.lines = lines;
  }

  /** Makes the file, or empties it. */
  public static JsonLinesWriter create(Path file) throws IOException {
    return new JsonLinesWriter(Files.newBufferedWriter(file));
  }

  /** An empty line to fill in. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Adds a page, {@code ocr}, {@code width} and {@code height}; coordinates without a fraction
   * become whole numbers.
   */
  public static void putPage(ObjectNode line, OcrPage page) {
    ArrayNode ocr = line.putArray("ocr");
    for (OcrWord entry : page.entries()) {
      ArrayNode box = ocr.addObject().put("text", entry.text()).putArray("box");
      for (double edge : new double[] {entry.x0(), entry.y0(), entry.x1(), entry.y1()}) {
        if (edge == (int) edge) {
          box.add((int) edge);
        } else {
          box.add(edge);
        }
      }
    }
    line.put("width", page.width()).put("height", page.height());
  }

  public void write(ObjectNode line) throws IOException {
    lines.write(line.toString());
    lines.write('\n');
    written++;
  }

  public long written() {
    return written;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
