package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ExitSettings;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.InputParts;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;

/** {@code GET /v1/models} and {@code /v1/models/{id}}: what is served. */
final class ModelEndpoints {
  static final String PATH = "/v1/models";

  private final Service service;

  ModelEndpoints(Service service) {
    this.service = service;
  }

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
    ModelFolder folder = served.model().internals().folder();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", served.name());
    json.put("object", "model");
    json.put("created", served.opened().getEpochSecond());
    json.put("owned_by", "deed");
    json.put("family", folder.description().family());
    putSizes(json.putObject("sizes"), folder);
    putExits(json, served);
    putPolicy(json.putObject("policy"), served.model().ownExits());
    putPolicy(
        json.putObject("lossless_policy"),
        served.model().internals().resolvedExits(ExitSettings.own().withLossless(true)));
    InputParts inputs = served.model().internals().inputs();
    inputs.requiredNames().forEach(json.putArray("reads")::add);
    inputs.optionalNames().forEach(json.putArray("may_read")::add);
    return json;
  }

  private static void putSizes(ObjectNode sizes, ModelFolder folder) {
    TransformerSpec spec = folder.spec();
    sizes.put(
        "parameters",
        ParameterTable.of(spec).stream()
            .filter(parameter -> folder.holds(parameter.name()))
            .mapToLong(Parameter::elements)
            .sum());
    sizes.put("precision", folder.precision().label());
    sizes.put("encoder_layers", spec.encoder().layers());
    sizes.put("encoder_width", spec.encoder().stack().width());
    sizes.put("decoder_layers", spec.decoderLayers());
    sizes.put("decoder_width", spec.decoder().stack().width());
    sizes.put("vocabulary", spec.decoder().vocabulary());
  }

  private static void putExits(ObjectNode json, ServedModel served) {
    ExitSpec exits = served.model().internals().spec().exits();
    if (exits == null) {
      json.putNull("exits");
      return;
    }
    ObjectNode node = json.putObject("exits");
    exits.layers().forEach(node.putArray("layers")::add);
    node.put("adapter_size", exits.adapterSize());
    node.put("gate", served.model().internals().hasGate());
  }

  private static void putPolicy(ObjectNode json, ExitSettings own) {
    json.put("confidence", own.policy());
    if (own.threshold() != null) {
      json.put("threshold", own.threshold());
    }
    if (Boolean.TRUE.equals(own.lossless())) {
      json.put("lossless", true);
    }
    json.put("spelling", own.toString());
  }
}
