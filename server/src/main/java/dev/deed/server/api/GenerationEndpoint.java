package dev.deed.server.api;

import dev.deed.Request;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.EventStream;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates answers: hands each request of a body to the engine of its model, and sees to it that
 * nothing is left running.
 *
 * @param parser reads what is asked
 */
record GenerationEndpoint(Service service, Parser parser) implements Endpoint {
  interface Parser {
    /**
     * Reads a request.
     *
     * @throws ApiException when it cannot be used
     */
    ParsedBody of(Exchange exchange) throws IOException, InterruptedException;
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    ParsedBody body = parser.of(exchange);
    try (ServedModel.Use use = service.models().use(body.model())) {
      ServedModel served = use.served();
      exchange.model(served.name());
      List<Pending> pending = submit(served, body, exchange.client(), begin);
      try {
        service.whenLeft(exchange, () -> pending.forEach(Pending::cancel));
        ParsedBody.AnswerWriter writer = body.writer().apply(served);
        if (body.stream()) {
          EventStream stream = exchange.stream();
          writer.stream(stream, pending);
          stream.end();
        } else {
          writer.send(exchange, pending);
        }
      } finally {
        // Nobody follows what still runs.
        pending.forEach(Pending::cancel);
      }
    }
  }

  /** All or none. */
  private List<Pending> submit(ServedModel served, ParsedBody body, Client client, long begin) {
    List<Pending> pending = new ArrayList<>();
    try {
      for (Request request : body.requests()) {
        pending.add(
            Pending.submit(served, request.from(client), body.stream(), service.meters(), begin));
      }
      return pending;
    } catch (RuntimeException | Error e) {
      boolean alone = !served.holdsMoreThan(pending.size());
      pending.forEach(Pending::cancel);
      if (e instanceof ApiException full && full.status() == 429 && alone && !pending.isEmpty()) {
        throw ApiException.badRequest(
            "prompt: holds more texts than the server has room for at once; send fewer", "prompt");
      }
      throw e;
    }
  }
}
