package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ModelCard;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.io.IOException;

/** {@code GET /v1/models} and {@code /v1/models/{id}}: what is served. */
record ModelEndpoints(Service service) {
  static final String PATH = "/v1/models";

  void list(Exchange exchange) throws IOException {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    service.models().models().forEach(model -> data.add(describe(model)));
    exchange.send(200, list);
  }

  void one(Exchange exchange) throws IOException {
    String name = exchange.path().substring(PATH.length() + 1);
    for (ServedModel model : service.models().models()) {
      if (model.name().equals(name)) {
        exchange.send(200, describe(model));
        return;
      }
    }
    throw ApiException.unknownModel(String.join(", ", service.models().names()));
  }

  private static ObjectNode describe(ServedModel served) {
    ModelCard card = served.model().card();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", served.name()).put("object", "model");
    json.put("created", served.opened().getEpochSecond()).put("owned_by", "deed");
    json.put("family", card.family());
    json.putPOJO("sizes", card.sizes()).putPOJO("exits", card.exits());
    putPolicy(json.putObject("policy"), served.model().ownExits());
    putPolicy(
        json.putObject("lossless_policy"),
        served
            .model()
            .internals()
            .resolvedExits(ExitSettings.own().with(ExitSetting.LOSSLESS, true)));
    return json.putPOJO("reads", card.reads()).putPOJO("may_read", card.mayRead());
  }

  private static void putPolicy(ObjectNode json, ExitSettings own) {
    own.json().forEach(json::putPOJO);
    json.set("confidence", json.get(ExitSetting.POLICY.name()));
    json.put("spelling", own.toString());
  }
}
