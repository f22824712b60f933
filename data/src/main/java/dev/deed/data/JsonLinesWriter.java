package dev.deed.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
