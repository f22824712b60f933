package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import java.io.IOException;
import java.time.Duration;

/** {@code GET /health/live} and {@code /health/ready}, for what looks after the process. */
record HealthEndpoints(Service service) {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  void live(Exchange exchange) throws IOException {
    exchange.send(200, JsonNodeFactory.instance.objectNode().put("status", "alive"));
  }

  void ready(Exchange exchange) throws IOException {
    exchange.header("Cache-Control", "no-store");
    String unready = service.models().unready();
    if (unready == null) {
      exchange.send(200, JsonNodeFactory.instance.objectNode().put("status", "ready"));
    } else {
      // Sent, not thrown: probes are not counted among refused requests.
      exchange.refuse(ApiException.unavailable("not_ready", "not ready: " + unready, AGAIN));
    }
  }
}
