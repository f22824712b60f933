package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Pending;
import java.io.IOException;
import java.util.List;

/** {@code POST /v1/chat/completions} and {@code /v1/completions}, in OpenAI's shapes. */
final class OpenAiEndpoint implements Endpoint {
  private final Service service;
  private final OpenAiShape shape;
  private final OpenAiBody.Parser parser;

  OpenAiEndpoint(Service service, OpenAiShape shape, OpenAiBody.Parser parser) {
    this.service = service;
    this.shape = shape;
    this.parser = parser;
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    Question question = StrictJson.of(exchange, parser::parse);
    new Asking(service)
        .ask(
            exchange,
            question,
            begin,
            (served, pending, cancellation) -> {
              OpenAiAnswer answer = new OpenAiAnswer(shape, question, served);
              if (question.stream()) {
                stream(exchange, question, answer, pending, cancellation);
              } else {
                whole(exchange, answer, pending, cancellation);
              }
            });
  }

  private static void whole(
      Exchange exchange, OpenAiAnswer answer, List<Pending> pending, Cancellation cancellation)
      throws IOException, InterruptedException {
    ObjectNode json = answer.whole();
    ArrayNode choices = json.putArray("choices");
    for (Pending one : pending) {
      Generation generation = one.await();
      answer.count(generation, one.promptTokens());
      for (GeneratedSequence sequence : generation.sequences()) {
        choices.add(answer.choice(choices.size(), generation, sequence));
      }
    }
    cancellation.whole();
    exchange.send(200, answer.withUsage(json));
  }

  private static void stream(
      Exchange exchange,
      Question question,
      OpenAiAnswer answer,
      List<Pending> pending,
      Cancellation cancellation)
      throws IOException, InterruptedException {
    LazyStream stream = new LazyStream(exchange);
    try {
      ChoiceStream choices = new ChoiceStream(stream, answer);
      for (Pending one : pending) {
        choices.begin();
        Generation generation = one.follow(LazyStream.PATIENCE, choices);
        answer.count(generation, one.promptTokens());
        choices.end(generation);
      }
      cancellation.whole();
      if (question.usage()) {
        stream.add(null, answer.usageChunk());
      }
      stream.add("[DONE]");
      stream.end();
    } catch (ApiException e) {
      cancellation.requireClient();
      stream.fail(e);
    }
  }
}
