package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Request;
import dev.deed.Token;
import dev.deed.data.generate.GenerationJson;
import dev.deed.decode.exit.ExitRule;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.Alternative;
import java.util.List;

/**
 * A token as an event tells of it. Immutable.
 *
 * @param logProbs whether it tells its log-probability
 * @param trace whether it says what was asked below its exit, and what else was likely
 * @param layers that may emit, ascending
 * @param all whether each of them is asked until one suffices: no gate passes one by
 */
record TokenJson(boolean logProbs, boolean trace, List<Integer> layers, boolean all) {
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
