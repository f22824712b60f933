package dev.deed.server.api;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Generates answers: hands each request of a body to the engine of its model, and sees to it that
 * nothing is left running.
 *
 * @param parser reads what is asked
 */
record GenerationEndpoint(Service service, Parser parser) implements Endpoint {
  /** By the paths that take JSON, which lines of batches name too. */
  static final Map<String, Function<ObjectNode, ParsedBody>> PARSERS =
      new TreeMap<>(
          Map.of(
              "/v1/generate", LineBody::parse,
              "/v1/chat/completions", json -> OpenAiBody.parse(json, OpenAiShape.CHAT),
              "/v1/completions", json -> OpenAiBody.parse(json, OpenAiShape.TEXT)));

  /** Requests of one line of a batch: several lines are under way, and others ask too. */
  private static final int MOST_OF_A_LINE = 8;

  interface Parser {
    /**
     * Reads a request.
     *
     * @throws ApiException when it cannot be used
     */
    ParsedBody of(Exchange exchange) throws IOException, InterruptedException;
  }

  static GenerationEndpoint of(Service service, Function<ObjectNode, ParsedBody> parser) {
    return new GenerationEndpoint(service, exchange -> StrictJson.of(exchange, parser));
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    ParsedBody body = parser.of(exchange);
    try (ServedModel.Use use = service.models().use(body.model())) {
      ServedModel served = use.served();
      exchange.model(served.name());
      // What is asked for may hold a language, which is compiled first.
      exchange.whenLeft(Thread.currentThread()::interrupt);
      List<Pending> pending = submit(service, served, body, exchange.client(), begin, null);
      try {
        service.whenLeft(exchange, () -> pending.forEach(Pending::cancel));
        exchange.takeMemory(pending.stream().mapToLong(Pending::languageBytes).sum());
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

  /** The whole answer to a line of a batch, within a time of its own. */
  static ObjectNode answer(Service service, ParsedBody body, Client client, Duration time)
      throws InterruptedException {
    ApiException.require(!body.stream(), "stream", "is not for batches; leave it out");
    ApiException.require(
        body.requests().size() <= MOST_OF_A_LINE, "prompt", "holds more than 8; give more lines");
    try (ServedModel.Use use = service.models().use(body.model())) {
      ParsedBody.AnswerWriter writer = body.writer().apply(use.served());
      List<Pending> pending = submit(service, use.served(), body, client, 0, time);
      try {
        return writer.whole(pending);
      } finally {
        pending.forEach(Pending::cancel);
      }
    }
  }

  /** All or none. */
  private static List<Pending> submit(
      Service service,
      ServedModel served,
      ParsedBody body,
      Client client,
      long begin,
      @Nullable Duration time) {
    List<Pending> pending = new ArrayList<>();
    // A watch waits for what becomes of earlier requests, and lines of batches wait long.
    boolean shown = body.stream() || time != null;
    try {
      for (Request request : body.requests()) {
        pending.add(
            Pending.submit(served, request.from(client), shown, service.meters(), begin, time));
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
