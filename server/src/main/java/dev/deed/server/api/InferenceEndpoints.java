package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.Routes;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The Open Inference Protocol, version 2, over REST, and of Triton's model repository what
 * operators load and unload the server's own models by.
 */
record InferenceEndpoints(Service service) {
  static final String VERSION = "1";
  private static final String VERSIONED = "/versions/" + VERSION;
  private static final String MODELS = "/v2/models/";
  private static final String REPOSITORY = "/v2/repository/models/";

  Routes addTo(Routes routes) {
    return routes
        .get("/v2", this::server)
        .probe("/v2/health/live", new HealthEndpoints(service)::live)
        .probe("/v2/health/ready", new HealthEndpoints(service)::ready)
        .post(MODELS + "*/infer", new GenerationEndpoint(service, InferenceEndpoints::read))
        .get(MODELS + "*/ready", this::ready)
        .get(MODELS + "*", this::model)
        .add(Routes.Access.ADMIN, "POST", REPOSITORY + "*/load", this::load)
        .add(Routes.Access.ADMIN, "POST", REPOSITORY + "*/unload", this::unload);
  }

  private static String name(Exchange exchange, String before, String after) {
    String path = exchange.path();
    String name = path.substring(before.length(), path.length() - after.length());
    return name.endsWith(VERSIONED) ? name.substring(0, name.length() - VERSIONED.length()) : name;
  }

  private static ParsedBody read(Exchange exchange) throws IOException, InterruptedException {
    return InferenceBody.read(exchange, name(exchange, MODELS, "/infer"));
  }

  private void server(Exchange exchange) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", "deed");
    json.put("version", String.valueOf(getClass().getPackage().getImplementationVersion()));
    json.putArray("extensions").add("binary_tensor_data");
    exchange.send(200, json);
  }

  /** What begins with the name of a model that takes requests. */
  private ObjectNode taking(String name) {
    ServedModel _ = service.models().taking(name);
    return JsonNodeFactory.instance.objectNode().put("name", name);
  }

  private void ready(Exchange exchange) throws IOException {
    exchange.send(200, taking(name(exchange, MODELS, "/ready")).put("ready", true));
  }

  private void model(Exchange exchange) throws IOException {
    ObjectNode json = taking(name(exchange, MODELS, "")).put("platform", "deed");
    json.putArray("versions").add(VERSION);
    describe("inputs", InferenceBody.NAMES, json);
    describe("outputs", InferenceAnswer.OUTPUTS, json);
    exchange.send(200, json);
  }

  private static void describe(String field, List<String> names, ObjectNode to) {
    for (String name : names) {
      ObjectNode tensor = to.withArray(field).addObject().put("name", name);
      tensor.put("datatype", "BYTES").putArray("shape").add(-1);
    }
  }

  private void load(Exchange exchange) throws IOException, InterruptedException {
    String body = exchange.body(bytes -> new String(bytes, StandardCharsets.UTF_8));
    if (body.contains("\"config\"") || body.contains("\"file:")) {
      throw ApiException.unsupported("parameters", "hold a model; it is loaded from its folder");
    }
    service.models().load(name(exchange, REPOSITORY, "/load"));
    exchange.send(200);
  }

  private void unload(Exchange exchange) throws IOException, InterruptedException {
    exchange.body(bytes -> bytes);
    service.models().unload(name(exchange, REPOSITORY, "/unload"));
    exchange.send(200);
  }
}
