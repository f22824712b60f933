package dev.deed.data.generate;

import dev.deed.InFlight;
import dev.deed.data.InputLine;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Reads the tables of lines that name a page; see {@link TableLine}.
 *
 * @param options for lines that do not say
 * @param tables likewise
 */
public record TablesTask(TableReader reader, LineOptions options, TableOptions tables)
    implements Task {
  @Override
  public UnderWay begin(InputLine line) {
    String origin = "line " + line.number();
    Path image = line.image();
    if (image == null) {
      throw new InputException(origin, "has no image", "give the picture of a page");
    }
    TableOptions stated = tables.withGeneration(options.of(line));
    return begin(line, TableLine.of(origin, line, Page.of(image), stated));
  }

  /** Begins a line that was read. */
  public UnderWay begin(InputLine line, TableLine table) {
    InFlight<List<PageTable>> reading = reader.begin(table.page(), table.options());
    return new UnderWay() {
      @Override
      public LineResult result() {
        return new LineResult.Tabled(line, reading.await(), table.isList());
      }

      @Override
      public void cancel() {
        reading.cancel();
      }
    };
  }

  @Override
  public Set<String> fields() {
    return TableLine.FIELDS;
  }
}
