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
 * @param parser reads a body; throws an {@link ApiException} when it cannot be used
 */
record GenerationEndpoint(Service service, Function<ObjectNode, ParsedBody> parser)
    implements Endpoint {
  /** Requests of one line of a batch: several lines are under way, and others ask too. */
  private static final int MOST_OF_A_LINE = 8;

  /** By their paths. */
  static Map<String, GenerationEndpoint> all(Service service) {
    Map<String, GenerationEndpoint> all = new TreeMap<>();
    all.put("/v1/generate", new GenerationEndpoint(service, LineBody::parse));
    for (OpenAiShape shape : OpenAiShape.values()) {
      all.put(
          shape == OpenAiShape.CHAT ? "/v1/chat/completions" : "/v1/completions",
          new GenerationEndpoint(service, json -> OpenAiBody.parse(json, shape)));
    }
    return all;
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    ParsedBody body = StrictJson.of(exchange, parser);
    try (ServedModel.Use use = service.models().use(body.model())) {
      ServedModel served = use.served();
      exchange.model(served.name());
      List<Pending> pending = submit(served, body, exchange.client(), begin, null);
      try {
        service.whenLeft(exchange, () -> pending.forEach(Pending::cancel));
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

  /** The whole answer to a line of a batch, within a time of its own. */
  ObjectNode answer(ObjectNode line, Client client, Duration time) throws InterruptedException {
    ParsedBody body = parser.apply(line);
    ApiException.require(!body.stream(), "stream", "is not for batches; leave it out");
    ApiException.require(
        body.requests().size() <= MOST_OF_A_LINE, "prompt", "holds more than 8; give more lines");
    try (ServedModel.Use use = service.models().use(body.model())) {
      ParsedBody.AnswerWriter writer = body.writer().apply(use.served());
      List<Pending> pending = submit(use.served(), body, client, 0, time);
      try {
        return writer.whole(pending);
      } finally {
        pending.forEach(Pending::cancel);
      }
    }
  }

  /** All or none. */
  private List<Pending> submit(
      ServedModel served, ParsedBody body, Client client, long begin, @Nullable Duration time) {
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
