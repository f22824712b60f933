package dev.deed.server.api;

import dev.deed.Request;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Hands a question to the engine of its model, and sees to it that nothing is left running. */
record Asking(Service service) {
  /** Writes the answer to a question. */
  @FunctionalInterface
  interface Answerer {
    /**
     * @param pending one for each request of the question
     */
    void answer(ServedModel served, List<Pending> pending, Cancellation cancellation)
        throws IOException, InterruptedException;
  }

  /**
   * Submits a question, and has the answer written.
   *
   * @param begin when the request came, of {@link System#nanoTime}
   * @throws ApiException when there is no answer, before anything was sent
   * @throws IOException when the client left
   */
  void ask(Exchange exchange, Question question, long begin, Answerer answerer)
      throws IOException, InterruptedException {
    try (ServedModel.Use use = service.models().use(question.model())) {
      ServedModel served = use.served();
      exchange.model(served.name());
      List<Pending> pending = submit(served, question, begin);
      try (Cancellation cancellation = new Cancellation(exchange, service.meters(), pending)) {
        try {
          answerer.answer(served, pending, cancellation);
        } catch (ApiException e) {
          cancellation.requireClient();
          throw e;
        } catch (IOException e) {
          cancellation.sendingFailed();
          throw e;
        }
      }
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
