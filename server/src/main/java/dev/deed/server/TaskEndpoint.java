package dev.deed.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.data.Fields;
import dev.deed.data.GenerationJson;
import dev.deed.data.LineResult;
import dev.deed.data.TaskType;
import dev.deed.files.Interruption;
import dev.deed.page.PageReader;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.ServedAsker;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task on a line, which the body is. What it asks a model are requests of their own to its
 * engine, so that a page of many holds up no other client; what it reads and makes of the answers,
 * it does beside the engine, on one of few threads.
 */
record TaskEndpoint(Service service, TaskType type) implements Endpoint {
  /** A picture that a model reads, in its usual size, and what its encoder makes of it. */
  private static final long BYTES_A_REQUEST = 6L << 20;

  /** The served model that reads pages for tasks on words. */
  private static final String LINES = "text-lines";

  /** Requests of a line at a time: a page of many takes no more memory than these. */
  private static final int MOST_AT_ONCE = 4;

  /** What a body asks; of no model where none is named. */
  private record Body(@Nullable String model, LineBody.Parsed parsed) {}

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    service.models().requireServing();
    Body body = StrictJson.of(exchange, this::parse);
    service.run(
        exchange, body.model, served -> exchange.send(200, result(exchange, served, body.parsed)));
  }

  private Body parse(ObjectNode json) {
    Fields fields = new Fields("request", "", json);
    String model = fields.text("model");
    json.remove("model");
    LineBody.Parsed parsed = LineBody.parse(json, type.fields());
    for (String name : parsed.line().settings().keySet()) {
      if (!type.fields().contains(name)) {
        throw ApiException.unknownParameter(name);
      }
    }
    return new Body(model, parsed);
  }

  private ObjectNode result(Exchange exchange, ServedModel served, LineBody.Parsed parsed) {
    ServedAsker asker = served.asker(exchange.client(), MOST_AT_ONCE);
    List<ServedModel.Use> reading = new ArrayList<>();
    try {
      LineResult result =
          type.of(
                  served.model(),
                  counting(exchange, asker),
                  parsed.options(),
                  () -> pages(exchange, reading))
              .begin(parsed.line())
              .result();
      asker.recordTimes();
      ObjectNode out = GenerationJson.object();
      GenerationJson.write(result, false, out);
      return out;
    } finally {
      reading.forEach(ServedModel.Use::close);
    }
  }

  /** Reads pages by the model that is served beside. */
  private PageReader pages(Exchange exchange, List<ServedModel.Use> reading) {
    if (!service.models().names().contains(LINES)) {
      throw ApiException.badRequest(
          "words: are missing; give the page's words, or have a model named "
              + LINES
              + " served that reads them",
          "words");
    }
    try {
      ServedModel.Use use = service.models().use(LINES);
      reading.add(use);
      ServedModel lines = use.served();
      return PageReader.of(
          lines.model(), counting(exchange, lines.asker(exchange.client(), MOST_AT_ONCE)));
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, "the page was not read");
    }
  }

  private static Asker counting(Exchange exchange, ServedAsker asker) {
    AtomicInteger requests = new AtomicInteger();
    return new Asker() {
      @Override
      public Ticket ask(Request request) throws InterruptedException {
        if (requests.incrementAndGet() <= MOST_AT_ONCE) {
          exchange.takeMemory(BYTES_A_REQUEST);
        }
        return asker.ask(request);
      }

      @Override
      public void holds(long bytes) {
        exchange.takeMemory(bytes);
      }
    };
  }
}
