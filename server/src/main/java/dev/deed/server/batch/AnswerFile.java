package dev.deed.server.batch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.deed.data.LineSource;
import dev.deed.files.LinesFile;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * One of the two files of a batch's answers. It goes on where an earlier run of the server ended,
 * however that ended. Belongs to one thread at a time.
 */
final class AnswerFile implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final LinesFile file;
  private int lines;
  private long bytes;

  private AnswerFile(LinesFile file, int lines, long bytes) {
    this.file = file;
    this.lines = lines;
    this.bytes = bytes;
  }

  /**
   * Begins it, or finds what there is of it.
   *
   * @param done takes the numbers of the requests that it answers
   */
  static AnswerFile open(Path target, BitSet done) throws IOException {
    List<Path> left = Files.exists(target) ? List.of(target) : LinesFile.leftovers(target);
    if (left.isEmpty()) {
      return new AnswerFile(LinesFile.begin(target, false), 0, 0);
    }
    int lines = 0;
    long whole = 0;
    try (LineSource source =
        new LineSource(new FileInputStream(left.getFirst().toFile()), Integer.MAX_VALUE - 64)) {
      for (byte[] line = source.next(); line != null && source.ended(); line = source.next()) {
        String id = MAPPER.readTree(line).path("id").asText();
        done.set(Integer.parseInt(id.substring(id.lastIndexOf('_') + 1)));
        whole = source.position();
        lines++;
      }
    }
    return new AnswerFile(LinesFile.goOn(left.getFirst(), target, whole), lines, whole);
  }

  void write(byte[] line) throws IOException {
    file.write(line);
    lines++;
    bytes += line.length;
  }

  int lines() {
    return lines;
  }

  long bytes() {
    return bytes;
  }

  /** Gives it its name; one without lines is no file. */
  void finish() throws IOException {
    if (lines > 0) {
      file.finish();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
