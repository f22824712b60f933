package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineResult;
import dev.deed.data.generate.TableLine;
import dev.deed.server.api.DataUrl.Medium;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableQuestion;
import dev.deed.table.TableReader;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
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
    long begin = System.nanoTime();
    service.models().requireServing();
    Asked asked = StrictJson.of(exchange, TableEndpoint::parse);
    try (ServedModel.Use use = service.models().use(asked.model)) {
      ServedModel served = use.served();
      exchange.model(served.name());
      exchange.send(200, tables(exchange, served, asked, begin));
    }
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

  private ObjectNode tables(Exchange exchange, ServedModel served, Asked asked, long begin)
      throws InterruptedException {
    List<Pending> pending = new CopyOnWriteArrayList<>();
    try {
      TableReader reader = TableReader.of(served.model());
      List<TableQuestion> questions =
          served
              .model()
              .internals()
              .beside(() -> reader.questions(asked.tables.page(), asked.tables.options()));
      exchange.takeMemory(Math.min(questions.size(), MOST_AT_ONCE) * BYTES_A_TABLE);
      service.whenLeft(exchange, () -> pending.forEach(Pending::cancel));
      List<PageTable> tables = new ArrayList<>();
      for (int i = 0; i < questions.size(); i++) {
        for (int next = pending.size();
            next < Math.min(i + MOST_AT_ONCE, questions.size());
            next++) {
          Request request = questions.get(next).request();
          pending.add(Pending.submit(served, request, true, service.meters(), begin));
        }
        TableQuestion question = questions.get(i);
        Generation answer = pending.get(i).await();
        tables.add(served.model().internals().beside(() -> question.table(answer)));
      }
      ObjectNode out = GenerationJson.object();
      GenerationJson.write(
          new LineResult.Tabled(asked.line, tables, asked.tables.isList()), false, out);
      return out;
    } catch (InputException e) {
      throw served.refusal(e);
    } catch (CancellationException e) {
      throw ApiException.shutdown();
    } finally {
      pending.forEach(Pending::cancel);
    }
  }
}
