package dev.deed.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.Proof;
import dev.deed.Receipt;
import dev.deed.Request;
import dev.deed.Token;
import dev.deed.data.GenerationJson;
import dev.deed.data.InputLine;
import dev.deed.data.LineResult;
import dev.deed.decode.exit.ExitRule;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.EventStream;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.Alternative;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.List;

/** The answer of {@code /v1/generate}: a line of the output format, or an event for each token. */
record LineAnswer(
    InputLine line, Request request, boolean trace, boolean receipt, ServedModel served)
    implements ParsedBody.AnswerWriter {
  /**
   * @throws ApiException 400 when a receipt is wanted that no answer to the request has
   */
  static LineAnswer of(
      InputLine line, Request request, boolean trace, boolean receipt, ServedModel served) {
    if (receipt) {
      if (served.isWatched() || served.model().internals().ranks(request.options())) {
        throw ApiException.unsupported(
            "receipt", "is for one greedy or drawn answer of a model that is not watched");
      }
      served.model().internals().beginReceipts();
    }
    return new LineAnswer(line, request, trace, receipt, served);
  }

  @Override
  public ObjectNode whole(List<Pending> pending) throws InterruptedException {
    Generation generation = pending.getFirst().await();
    ObjectNode json = json(generation);
    if (trace) {
      TokenJson.putAlternatives(json, generation.tokens());
    }
    return json;
  }

  @Override
  public void stream(EventStream stream, List<Pending> pending)
      throws IOException, InterruptedException {
    TokenJson json = TokenJson.of(served, request, trace);
    Pending.Listener tokens = (token, text) -> stream.add("token", json.of(token, text).toString());
    Generation generation = pending.getFirst().follow(stream, tokens);
    stream.markWhole();
    stream.add("done", json(generation).toString());
  }

  /** Whoever waits for a receipt waits for the first of the model, whose weights are read again. */
  private ObjectNode json(Generation generation) {
    ObjectNode json = GenerationJson.object();
    EncoderDecoderModel model = served.model();
    try {
      Receipt proof =
          receipt
              ? model.internals().beside(() -> Proof.receipt(model, request, generation))
              : null;
      GenerationJson.write(new LineResult.Decoded(line, generation, proof), trace, json);
      return json;
    } catch (InputException e) {
      throw served.refusal(e);
    }
  }

  /**
   * A token as an event tells of it. Immutable.
   *
   * @param logProbs whether it tells its log-probability
   * @param trace whether it says what was asked below its exit, and what else was likely
   * @param layers that may emit, ascending
   * @param all whether each of them is asked until one suffices: no gate passes one by
   */
  private record TokenJson(boolean logProbs, boolean trace, List<Integer> layers, boolean all) {
    /** For the exits of a request. */
    static TokenJson of(ServedModel served, Request request, boolean trace) {
      ExitRule rule = served.model().internals().exitRule(request.options().exits());
      return new TokenJson(
          request.options().logProbabilities(), trace, rule.layers(), rule.gate() == 0);
    }

    /** The event of a token that adds a text to the answer's. */
    ObjectNode of(Token token, String text) {
      ObjectNode json =
          GenerationJson.object()
              .put("index", token.index())
              .put("token_id", token.id())
              .put("text", text)
              .put("exit_layer", token.exitLayer())
              .put("confidence", GenerationJson.finite(token.confidence()));
      if (logProbs) {
        json.put("log_prob", GenerationJson.finite(token.logProbability()));
      }
      if (trace) {
        putConsulted(json.putArray("consulted"), token);
        put(json.putArray("alternatives"), token);
      }
      return json;
    }

    /** Which exit measured what; its layer is null where some exits were passed by. */
    private void putConsulted(ArrayNode consulted, Token token) {
      for (int i = 0; i < token.consulted().size(); i++) {
        consulted
            .addObject()
            .put("layer", all ? layers.get(i) : null)
            .put("confidence", GenerationJson.finite(token.consulted().get(i)));
      }
    }

    /** Adds what else was likely, a list for each token. */
    static void putAlternatives(ObjectNode line, List<Token> tokens) {
      ArrayNode all = line.putArray("alternatives");
      tokens.forEach(token -> put(all.addArray(), token));
    }

    private static void put(ArrayNode alternatives, Token token) {
      for (Alternative alternative : token.alternatives()) {
        alternatives
            .addObject()
            .put("token_id", alternative.id())
            .put("text", alternative.text())
            .put("probability", alternative.probability());
      }
    }
  }
}
