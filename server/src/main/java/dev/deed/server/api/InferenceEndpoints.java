package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ModelCard;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.Routes;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The Open Inference Protocol, version 2, over REST: what is served, and what infers. */
record InferenceEndpoints(Service service) {
  static final String VERSION = "1";
  private static final String MODELS = "/v2/models/";
  private static final String READY = "/ready";
  private static final String INFER = "/infer";

  void addTo(Routes routes) {
    routes
        .get("/v2", this::server)
        .probe("/v2/health/live", exchange -> exchange.send(200, object().put("live", true)))
        .probe("/v2/health/ready", new HealthEndpoints(service)::ready)
        .post(
            MODELS + "*" + INFER,
            new GenerationEndpoint(
                service, exchange -> InferenceBody.read(exchange, name(exchange, MODELS, INFER))))
        .get(MODELS + "*" + READY, this::ready)
        .get(MODELS + "*", this::model);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The name of a model in a path. */
  static String name(Exchange exchange, String before, String after) {
    String path = exchange.path();
    return path.substring(before.length(), path.length() - after.length());
  }

  private void server(Exchange exchange) throws IOException {
    String version = getClass().getPackage().getImplementationVersion();
    ObjectNode json = object().put("name", "deed");
    json.put("version", Objects.requireNonNullElse(version, "unknown"));
    List.of("binary_tensor_data", "model_repository").forEach(json.putArray("extensions")::add);
    exchange.send(200, json);
  }

  private ServedModel served(String name) {
    if (!service.models().names().contains(name)) {
      throw ApiException.unknownModel(String.join(", ", service.models().names()));
    }
    ServedModel served = service.models().loaded(name);
    if (served == null) {
      throw ApiException.unavailable(
          "model_unloaded", "the model is not loaded", Duration.ofSeconds(5));
    }
    return served;
  }

  private void ready(Exchange exchange) throws IOException {
    String name = served(name(exchange, MODELS, READY)).name();
    exchange.send(200, object().put("name", name).put("ready", true));
  }

  private void model(Exchange exchange) throws IOException {
    ServedModel served = served(name(exchange, MODELS, ""));
    ModelCard card = served.model().card();
    ObjectNode json = object().put("name", served.name());
    json.putArray("versions").add(VERSION);
    json.put("platform", "deed");
    ArrayNode inputs = json.putArray("inputs");
    Set<String> names = new TreeSet<>(Set.of("decoder_prompt"));
    Stream.concat(card.reads().stream(), card.mayRead().stream())
        .filter(InferenceBody.INPUTS::containsKey)
        .forEach(part -> names.add(InferenceBody.INPUTS.get(part)));
    names.forEach(name -> describe(name, inputs));
    ArrayNode outputs = json.putArray("outputs");
    InferenceAnswer.OUTPUTS.forEach(name -> describe(name, outputs));
    exchange.send(200, json);
  }

  private static void describe(String name, ArrayNode to) {
    to.addObject().put("name", name).put("datatype", "BYTES").putArray("shape").add(-1);
  }
}
