package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineResult;
import dev.deed.data.generate.TableLine;
import dev.deed.server.api.DataUrl.Medium;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.ServedAsker;
import dev.deed.server.serving.ServedModel;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables of a page: a body is a line of {@code deed tables}. Each table is a request of
 * its own to the engine of the model, so that a page of many holds up no other client; its picture
 * is read, and its words are put into cells, beside the engine, on one of few threads.
 */
record TableEndpoint(Service service) implements Endpoint {
  /** The picture that the model reads, in its usual size, and what its encoder makes of it. */
  private static final long BYTES_A_TABLE = 6L << 20;

  /** Tables of a page that are asked at once: a page of many takes no more memory than these. */
  private static final int MOST_AT_ONCE = 4;

  /**
   * What a body asks.
   *
   * @param model null where none is named
   */
  private record Asked(@Nullable String model, InputLine line, TableLine tables) {}

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    service.models().requireServing();
    Asked asked = StrictJson.of(exchange, TableEndpoint::parse);
    service.run(
        exchange, asked.model, served -> exchange.send(200, tables(exchange, served, asked)));
  }

  private static Asked parse(ObjectNode json) {
    Fields fields = new Fields("request", "", json);
    String model = fields.text("model");
    String image = fields.text("image");
    if (image == null) {
      throw InputException.ofField("image", "is missing", "give a page as a data URL");
    }
    json.remove(List.of("model", "image"));
    LineBody.Asked asked = LineBody.asked(json, TableLine.FIELDS);
    Page page = Page.of(DataUrl.bytes(image, "image", Medium.PICTURE));
    TableOptions options = TableOptions.defaults().withGeneration(asked.options().of(asked.line()));
    return new Asked(model, asked.line(), TableLine.of("request", asked.line(), page, options));
  }

  private ObjectNode tables(Exchange exchange, ServedModel served, Asked asked) {
    ServedAsker asker = served.asker(exchange.client(), MOST_AT_ONCE);
    int count = Math.max(1, asked.tables.page().tables().size());
    exchange.takeMemory(Math.min(count, MOST_AT_ONCE) * BYTES_A_TABLE);
    List<PageTable> tables =
        TableReader.of(served.model(), asker).read(asked.tables.page(), asked.tables.options());
    asker.recordTimes();
    ObjectNode out = GenerationJson.object();
    GenerationJson.write(
        new LineResult.Tabled(asked.line, tables, asked.tables.isList()), false, out);
    return out;
  }
}
