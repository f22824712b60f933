package dev.deed.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.IoReason;
import dev.deed.files.JsonFault;
import dev.deed.files.JsonLimits;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads inputs in JSON Lines one after the other, never the whole file. Blank lines are passed
 * over; a line that is wrong is given as a {@link BadLine} and reading goes on behind it. Belongs
 * to one thread.
 */
public final class InputReader implements LineReader {
  /** Longest line, in bytes: about a million token ids. */
  public static final int MOST_BYTES = 8 << 20;

  private static final JsonMapper MAPPER = JsonLimits.LINE.mapper();

  private final String origin;
  private final Path folder;
  private final LineSource lines;
  private @Nullable ObjectNode object;

  private InputReader(String origin, Path folder, InputStream in) {
    this.origin = origin;
    this.folder = folder;
    this.lines = new LineSource(in, MOST_BYTES);
  }

  /**
   * Opens a file; paths inside it are relative to its folder.
   *
   * @throws InputException when it cannot be read
   */
  public static InputReader open(Path file) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file) || parent == null) {
        throw new InputException(file.toString(), "is a folder", "give a JSON Lines file");
      }
      return new InputReader(file.toString(), parent, Files.newInputStream(file));
    } catch (IOException e) {
      throw IoReason.unreadable(file, e);
    }
  }

  /**
   * Reads from a stream, for instance standard input, and closes it in the end.
   *
   * @param origin what error messages call it
   * @param folder what paths inside it are relative to
   */
  public static InputReader of(String origin, Path folder, InputStream in) {
    return new InputReader(origin, folder, in);
  }

  /**
   * The first inputs of a file.
   *
   * @throws InputException when it cannot be read, holds none, or one of them is wrong
   */
  public static List<InputLine> first(Path file, int most) {
    try (InputReader reader = open(file)) {
      return reader.first(most);
    }
  }

  /** Reads the first inputs; throws as {@link #first(Path, int)} does. */
  List<InputLine> first(int most) {
    List<InputLine> inputs = new ArrayList<>();
    while (inputs.size() < most && next() instanceof ParsedLine line) {
      inputs.add(line.orThrow());
    }
    InputException.require(
        !inputs.isEmpty(), origin, "holds no input", "give a file with one input a line");
    return inputs;
  }

  /**
   * How many lines {@link #next} will give for a file; -1 for a FIFO or device, which can be read
   * but once.
   *
   * @throws InputException when it cannot be read
   */
  public static long count(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return -1;
    }
    try (LineSource lines = new LineSource(Files.newInputStream(file), MOST_BYTES)) {
      long count = 0;
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        count += !lines.tooLong() && isBlank(line) ? 0 : 1;
      }
      return count;
    } catch (IOException e) {
      throw IoReason.unreadable(file, e);
    }
  }

  /** Whether a line holds white space alone, and is passed over. */
  public static boolean isBlank(byte[] line) {
    for (byte b : line) {
      // An ASCII character that can be seen, as nearly all lines begin: not a copy for each.
      if (b > ' ') {
        return false;
      }
    }
    return new String(line, StandardCharsets.UTF_8).isBlank();
  }

  @Override
  public @Nullable ParsedLine next() {
    try {
      while (true) {
        byte[] line = lines.next();
        if (line == null) {
          return null;
        }
        if (lines.tooLong()) {
          return bad("is longer than " + MOST_BYTES + " bytes", "split or shorten it");
        }
        String text = decode(line);
        if (text == null) {
          return bad("is not UTF-8", "save the file as UTF-8");
        }
        if (!text.isBlank()) {
          return parse(text);
        }
      }
    } catch (IOException e) {
      throw IoReason.unreadable(origin, e);
    }
  }

  /**
   * The next input of a data set, {@code null} after the last.
   *
   * @throws InputException when the line is malformed, has a field of a wrong type or no target
   */
  public @Nullable InputLine nextExample() {
    ParsedLine line = next();
    if (line != null && line.orThrow().targets().isEmpty()) {
      throw new InputException(
          origin + ", line " + line.number(),
          "has no target",
          "give every line of a data set a \"target\" or \"targets\"");
    }
    return line == null ? null : line.orThrow();
  }

  /** The object that the {@link InputLine} given last was read from. */
  public ObjectNode object() {
    return Objects.requireNonNull(object);
  }

  private ParsedLine parse(String text) {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      JsonFault fault = JsonFault.of(e);
      return fault.isLimit()
          ? bad("holds more than is read (" + fault.reason() + ")", "split or shorten it")
          : bad(
              "is not JSON (column " + fault.column() + ": " + fault.reason() + ")",
              "write one object a line");
    }
    if (!(json instanceof ObjectNode object)) {
      return bad("is not a JSON object", "write one object a line");
    }
    this.object = object;
    try {
      return InputLine.of(origin + ", line " + lines.number(), lines.number(), folder, object);
    } catch (InputException e) {
      JsonNode id = object.get("id");
      return new BadLine(
          lines.number(), id != null && id.isValueNode() && !id.isNull() ? id : null, e);
    }
  }

  private BadLine bad(String why, String whatToDo) {
    long number = lines.number();
    return new BadLine(
        number, null, new InputException(origin + ", line " + number, why, whatToDo));
  }

  /** A line as text; null when it is not UTF-8. */
  static @Nullable String decode(byte[] line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
