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
    service.models().names().forEach(name -> data.add(describe(name)));
    exchange.send(200, list);
  }

  void one(Exchange exchange) throws IOException {
    String name = exchange.path().substring(PATH.length() + 1);
    if (!service.models().names().contains(name)) {
      throw ApiException.unknownModel(String.join(", ", service.models().names()));
    }
    exchange.send(200, describe(name));
  }

  private ObjectNode describe(String name) {
    for (ServedModel model : service.models().models()) {
      try {
        if (model.name().equals(name)) {
          return describe(model, begun(name));
        }
      } catch (IllegalStateException e) {
        // It was unloaded meanwhile.
      }
    }
    return begun(name).put("created", 0).put("loaded", false);
  }

  private static ObjectNode begun(String name) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", name);
    return json.put("object", "model").put("owned_by", "deed");
  }

  private static ObjectNode describe(ServedModel served, ObjectNode json) {
    ModelCard card = served.model().card();
    json.put("created", served.opened().getEpochSecond()).put("loaded", true);
    json.put("weight_bytes", served.weightBytes()).put("family", card.family());
    json.putPOJO("sizes", card.sizes()).putPOJO("exits", card.exits());
    putPolicy(json.putObject("policy"), served.model().ownExits());
    ExitSettings lossless = ExitSettings.own().with(ExitSetting.LOSSLESS, true);
    putPolicy(
        json.putObject("lossless_policy"), served.model().internals().resolvedExits(lossless));
    return json.putPOJO("reads", card.reads()).putPOJO("may_read", card.mayRead());
  }

  private static void putPolicy(ObjectNode json, ExitSettings own) {
    own.json().forEach(json::putPOJO);
    json.set("confidence", json.get(ExitSetting.POLICY.name()));
    json.put("spelling", own.toString());
  }
}
