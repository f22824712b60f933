package dev.deed.data.generate;

import dev.deed.Engine;
import dev.deed.data.InputLine;
import dev.deed.data.ParsedLine;
import dev.deed.table.Page;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.table.TablesInFlight;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables of lines, several lines at once. Results come in the order of the lines; a line
 * that cannot be read fails alone. Belongs to one thread.
 *
 * @param engine of the reader's model, with a place for each line that is read at once
 * @param tables for lines that do not say
 * @param together lines that are read at once
 */
public record TableLines(
    TableReader reader, Engine engine, LineOptions options, TableOptions tables, int together) {
  /**
   * A line that was begun.
   *
   * @param result waits for it
   * @param cancel gives it up
   */
  private record Begun(Supplier<LineResult> result, Runnable cancel) {}

  /**
   * Reads all lines.
   *
   * @return false where an interruption stopped it
   * @throws IOException what the sink throws
   */
  public boolean run(Supplier<@Nullable ParsedLine> lines, LineGenerator.Sink sink)
      throws IOException {
    Deque<Begun> begun = new ArrayDeque<>();
    try {
      for (ParsedLine line = lines.get(); line != null; line = lines.get()) {
        begun.add(begin(line));
        if (begun.size() == together) {
          sink.accept(begun.remove().result.get());
        }
      }
      while (!begun.isEmpty()) {
        sink.accept(begun.remove().result.get());
      }
      return true;
    } catch (CancellationException | InputException e) {
      // Interrupting a thread that waits for standard input closes it.
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      throw e;
    } finally {
      begun.forEach(each -> each.cancel.run());
    }
  }

  private Begun begin(ParsedLine parsed) {
    try {
      InputLine line = parsed.orThrow();
      String origin = "line " + line.number();
      Path image = line.image();
      if (image == null) {
        throw new InputException(origin, "has no image", "give the picture of a page");
      }
      TableOptions stated = tables.withGeneration(options.of(line));
      TableLine table = TableLine.of(origin, line, Page.of(image), stated);
      TablesInFlight tables = reader.begin(table.page(), table.options(), engine);
      return new Begun(() -> result(line, table.isList(), tables), tables::cancel);
    } catch (InputException | OutOfMemoryError e) {
      return new Begun(() -> new LineResult.Refused(parsed, e, TableLine.FIELDS), () -> {});
    }
  }

  private static LineResult result(InputLine line, boolean isList, TablesInFlight tables) {
    try {
      return new LineResult.Tabled(line, tables.await(), isList);
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return new LineResult.Refused(line, e, TableLine.FIELDS);
    }
  }
}
