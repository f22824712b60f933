package dev.deed.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.AnswerClaim;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Proof;
import dev.deed.ProofResult;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.data.GenerationJson;
import dev.deed.data.LineInputs;
import dev.deed.data.LineVerifier;
import dev.deed.data.ProofJson;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.InputException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Checks an answer: {@code input} is a body of {@code /v1/generate}, {@code answer} what came back.
 * The engine decodes it at full depth in its turn; sums are made beside it, on one of few threads.
 */
record ProofEndpoint(Service service) implements Endpoint {
  /**
   * What a body asks.
   *
   * @param model null where none is named
   */
  private record Body(@Nullable String model, LineBody.Parsed input, LineVerifier answer) {}

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.models().requireServing();
    Body body = StrictJson.of(exchange, ProofEndpoint::parse);
    try (ServedModel.Use use = service.models().use(body.model)) {
      ServedModel served = use.served();
      exchange.model(served.name());
      exchange.send(200, proof(exchange, served, body, begin));
    }
  }

  private static Body parse(ObjectNode json) {
    Fields fields = new Fields("request", "", json);
    String model = fields.text("model");
    ObjectNode input = fields.object("input");
    ObjectNode answer = fields.object("answer");
    for (String other : fields.others().keySet()) {
      throw ApiException.unknownParameter(other);
    }
    if (input == null || answer == null) {
      throw InputException.ofField(
          input == null ? "input" : "answer", "is missing", "give input and answer");
    }
    LineBody.Parsed parsed = LineBody.parse(input, LineBody.LEARNT);
    return new Body(
        model, parsed, LineVerifier.of("answer", answer, parsed.line(), parsed.options()));
  }

  private ObjectNode proof(Exchange exchange, ServedModel served, Body body, long begin)
      throws IOException, InterruptedException {
    EncoderDecoderModel model = served.model();
    AnswerClaim claim = body.answer.claim();
    GenerationOptions options = body.answer.options();
    try {
      // As many tokens as an answer may have.
      served.check(options.withMaxNewTokens(Math.max(1, claim.tokenIds().size())));
      Input input = model.internals().keepingOutput(LineInputs.input(body.input.line()));
      Request request = new Request(input, options, exchange.client());
      Request question = Proof.question(model, request, claim);
      Pending decoding = Pending.submit(served, question, true, service.meters(), begin);
      Generation answer;
      try {
        service.whenLeft(exchange, decoding::cancel);
        answer = decoding.await();
      } finally {
        decoding.cancel();
      }
      ProofResult result =
          model.internals().beside(() -> Proof.result(model, request, claim, answer));
      ObjectNode out = GenerationJson.object();
      out.set("id", body.input.line().id());
      ProofJson.write(result, out);
      if (!body.answer.settings().isEmpty()) {
        out.set("settings", body.answer.settings());
      }
      return out;
    } catch (InputException e) {
      throw served.refusal(e);
    }
  }
}
