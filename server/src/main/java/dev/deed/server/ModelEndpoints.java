package dev.deed.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ModelCard;
import dev.deed.field.FieldReader;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code /v1/models}: what is served, and operators load and unload. */
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

  void load(Exchange exchange) throws IOException, InterruptedException {
    String name = modelName(exchange, "/load");
    service.models().load(name);
    exchange.send(200, describe(name));
  }

  void unload(Exchange exchange) throws IOException, InterruptedException {
    String name = modelName(exchange, "/unload");
    service.models().unload(name);
    exchange.send(200, describe(name));
  }

  /** The model that an operator tells to do something; no body says more. */
  private static String modelName(Exchange exchange, String what)
      throws IOException, InterruptedException {
    String body = exchange.body(bytes -> new String(bytes, StandardCharsets.UTF_8)).strip();
    ApiException.require(
        body.isEmpty() || body.equals("{}"),
        "body",
        "is not empty; models are as the server names them");
    String path = exchange.path();
    return path.substring(PATH.length() + 1, path.length() - what.length());
  }

  private ObjectNode describe(String name) {
    for (ServedModel model : service.models().models()) {
      try {
        if (model.name().equals(name)) {
          return describe(model, entry(name));
        }
      } catch (IllegalStateException e) {
        // It was unloaded meanwhile.
      }
    }
    return entry(name).put("created", 0).put("loaded", false);
  }

  private static ObjectNode entry(String name) {
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
    if (FieldReader.isFor(served.model())) {
      json.putPOJO("fields", FieldReader.names(served.model()));
    }
    return json.putPOJO("reads", card.reads()).putPOJO("may_read", card.mayRead());
  }

  private static void putPolicy(ObjectNode json, ExitSettings own) {
    own.json().forEach(json::putPOJO);
    json.set("confidence", json.get(ExitSetting.POLICY.name()));
    json.put("spelling", own.toString());
  }
}
