package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineResult;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.util.List;

/** {@code POST /v1/generate}: our own interface. */
final class GenerateEndpoint implements Endpoint {
  private final Service service;

  GenerateEndpoint(Service service) {
    this.service = service;
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    LineBody body = StrictJson.of(exchange, LineBody::parse);
    new Asking(service)
        .ask(
            exchange,
            body.question(),
            begin,
            (served, pending, cancellation) -> {
              if (body.question().stream()) {
                stream(exchange, body, served, pending.getFirst(), cancellation);
              } else {
                whole(exchange, body, pending, cancellation);
              }
            });
  }

  private static void whole(
      Exchange exchange, LineBody body, List<Pending> pending, Cancellation cancellation)
      throws IOException, InterruptedException {
    Generation generation = pending.getFirst().await();
    cancellation.whole();
    ObjectNode line = line(body, generation);
    if (body.question().trace()) {
      TokenJson.putAlternatives(line, generation.tokens());
    }
    exchange.send(200, line);
  }

  private static ObjectNode line(LineBody body, Generation generation) {
    ObjectNode line = GenerationJson.object();
    GenerationJson.write(
        new LineResult.Decoded(body.line(), generation), body.question().trace(), line);
    return line;
  }

  private static void stream(
      Exchange exchange,
      LineBody body,
      ServedModel served,
      Pending pending,
      Cancellation cancellation)
      throws IOException, InterruptedException {
    LazyStream stream = new LazyStream(exchange);
    try {
      TokenEvents events =
          new TokenEvents(
              stream,
              body.question().trace()
                  ? TokenJson.traced(served, body.question().requests().getFirst())
                  : TokenJson.plain());
      Generation generation = pending.follow(LazyStream.PATIENCE, events);
      cancellation.whole();
      stream.allDecoded();
      stream.add("done", line(body, generation));
      stream.end();
    } catch (ApiException e) {
      cancellation.requireClient();
      stream.fail(e);
    }
  }
}
