package dev.deed.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Request;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.EventStream;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Generates answers: hands each request of a body to the engine of its model, and sees to it that
 * nothing is left running.
 *
 * @param parser reads what is asked
 */
record GenerationEndpoint(Service service, Function<ObjectNode, ParsedBody> parser)
    implements Endpoint {
  /** By their paths. */
  static final Map<String, Function<ObjectNode, ParsedBody>> PARSERS =
      new TreeMap<>(
          Map.of(
              "/v1/generate", LineBody::parse,
              "/v1/chat/completions", json -> OpenAiBody.parse(json, OpenAiShape.CHAT),
              "/v1/completions", json -> OpenAiBody.parse(json, OpenAiShape.TEXT)));

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    ParsedBody body = StrictJson.of(exchange, parser);
    try (ServedModel.Use use = service.models().use(body.model())) {
      ServedModel served = use.served();
      exchange.model(served.name());
      // What is asked for may hold a language, which is compiled first.
      exchange.whenLeft(Thread.currentThread()::interrupt);
      List<Pending> pending = submit(served, body, exchange.client(), begin);
      try {
        service.whenLeft(exchange, () -> pending.forEach(Pending::cancel));
        exchange.takeMemory(pending.stream().mapToLong(Pending::languageBytes).sum());
        ParsedBody.AnswerWriter writer = body.writer().apply(served);
        if (body.stream()) {
          EventStream stream = exchange.stream();
          writer.stream(stream, pending);
          stream.end();
        } else {
          exchange.send(200, writer.whole(pending));
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
