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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Answers questions: hands each to the engine of its model, and sees to it that nothing is left
 * running.
 *
 * @param parser reads a body; throws an {@link ApiException} when it cannot be used
 * @param answers makes what writes the answer to a question
 */
record Asking(
    Service service,
    Function<ObjectNode, Question> parser,
    BiFunction<Question, ServedModel, Answer> answers)
    implements Endpoint {
  /** Writes the answer to a question, of whose requests one is pending each. */
  interface Answer {
    /** The whole answer. */
    ObjectNode whole(List<Pending> pending) throws InterruptedException;

    /**
     * Adds all events of the answer to a stream.
     *
     * @param cancellation is told when all is decoded
     */
    void stream(EventStream stream, List<Pending> pending, Cancellation cancellation)
        throws IOException, InterruptedException;
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    Question question = StrictJson.of(exchange, parser);
    try (ServedModel.Use use = service.models().use(question.model())) {
      ServedModel served = use.served();
      exchange.model(served.name());
      List<Pending> pending = submit(served, question, begin);
      try (Cancellation cancellation = new Cancellation(exchange, service.meters(), pending)) {
        try {
          Answer answer = answers.apply(question, served);
          if (question.stream()) {
            stream(exchange, answer, pending, cancellation);
          } else {
            ObjectNode whole = answer.whole(pending);
            cancellation.whole();
            exchange.send(200, whole);
          }
        } catch (ApiException e) {
          cancellation.requireClient();
          throw e;
        } catch (IOException e) {
          cancellation.clientLeft();
          throw e;
        }
      }
    }
  }

  private static void stream(
      Exchange exchange, Answer answer, List<Pending> pending, Cancellation cancellation)
      throws IOException, InterruptedException {
    EventStream stream = exchange.stream();
    try {
      answer.stream(stream, pending, cancellation);
      stream.end();
    } catch (ApiException e) {
      cancellation.requireClient();
      stream.fail(e);
    }
  }

  /** All or none. */
  private List<Pending> submit(ServedModel served, Question question, long begin) {
    List<Pending> pending = new ArrayList<>();
    try {
      for (Request request : question.requests()) {
        pending.add(Pending.submit(served, request, question.stream(), service.meters(), begin));
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
