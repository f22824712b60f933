package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.Routes;
import dev.deed.server.serving.ModelRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Operators' paths, those of Triton's model repository: {@code POST /v2/repository/index}, {@code
 * …/models/{name}/load} and {@code …/unload}. Names are those that the server was started with.
 */
record RepositoryEndpoints(Service service) {
  private static final String INDEX = "/v2/repository/index";
  private static final String MODELS = "/v2/repository/models/";
  private static final String LOAD = "/load";
  private static final String UNLOAD = "/unload";

  void addTo(Routes routes) {
    routes
        .admin(INDEX, this::index)
        .admin(MODELS + "*" + LOAD, this::load)
        .admin(MODELS + "*" + UNLOAD, this::unload);
  }

  private void index(Exchange exchange) throws IOException, InterruptedException {
    read(exchange);
    ModelRegistry models = service.models();
    ArrayNode index = JsonNodeFactory.instance.arrayNode();
    for (String name : models.names()) {
      boolean loaded = models.loaded(name) != null;
      index
          .addObject()
          .put("name", name)
          .put("version", InferenceEndpoints.VERSION)
          .put("state", loaded ? "READY" : "UNAVAILABLE")
          .put("reason", loaded ? "" : "unloaded");
    }
    exchange.send(200, index);
  }

  private void load(Exchange exchange) throws IOException, InterruptedException {
    read(exchange);
    service.models().load(InferenceEndpoints.name(exchange, MODELS, LOAD));
    exchange.send(200);
  }

  private void unload(Exchange exchange) throws IOException, InterruptedException {
    read(exchange);
    service.models().unload(InferenceEndpoints.name(exchange, MODELS, UNLOAD));
    exchange.send(200);
  }

  /** A model of the request's own, or another configuration, is not to be had. */
  private static void read(Exchange exchange) throws IOException, InterruptedException {
    String body = exchange.body(bytes -> new String(bytes, StandardCharsets.UTF_8));
    if (body.contains("\"config\"") || body.contains("\"file:")) {
      throw ApiException.unsupported("parameters", "hold a model; it is loaded from its folder");
    }
  }
}
