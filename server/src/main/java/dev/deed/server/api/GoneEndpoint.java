package dev.deed.server.api;

import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.Routes;
import java.util.List;

/** Says of paths that are gone what to take in their place, for one version. */
record GoneEndpoint(String instead) implements Endpoint {
  private static final GoneEndpoint BATCHES =
      new GoneEndpoint(
          "the server keeps no files and batches any more;"
              + " deed generate --input FILE --output FILE --resume answers many lines");
  private static final GoneEndpoint INFERENCE =
      new GoneEndpoint(
          "the Open Inference Protocol is gone; ask at /v1/generate or /v1/completions,"
              + " probe /health/live and /health/ready, load and unload at"
              + " /v1/models/NAME/load and /v1/models/NAME/unload");

  /** Everybody may ask there, with any method: a probe has no key. */
  static void addTo(Routes routes) {
    for (String path : List.of("/v1/files", "/v1/files/*", "/v1/batches", "/v1/batches/*")) {
      routes.add(Routes.Access.OPEN, Routes.ANY, path, BATCHES);
    }
    routes.add(Routes.Access.OPEN, Routes.ANY, "/v2", INFERENCE);
    routes.add(Routes.Access.OPEN, Routes.ANY, "/v2/*", INFERENCE);
  }

  @Override
  public void answer(Exchange exchange) {
    throw ApiException.notFound(instead);
  }
}
