package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  @Test
  void theKeyGuardsAllButHealthAndThePage(@TempDir Path folder) throws Exception {
    try (RunningServer server =
        RunningServer.of(
            RunningServer.options("sesame-4711", null), TinyModel.in(folder), "tiny")) {
      for (String path :
          new String[] {
            "/v1/models",
            "/metrics",
            "/openapi.yaml",
            "/no",
            "/page/examples.json",
            "/page/exits.json",
            "/page/examples/tiny/a.png"
          }) {
        RunningServer.Reply reply = server.get(path);
        assertThat(reply.status()).as(path).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
      }
      for (String key :
          new String[] {"Bearer wrong", "Bearer sesame-471", "sesame-4711", "Bearer "}) {
        assertThat(server.get("/v1/models", "Authorization", key).status()).as(key).isEqualTo(401);
      }
      assertThat(server.get("/v1/models", "Authorization", "bearer sesame-4711").status())
          .isEqualTo(200);
      for (String path : new String[] {"/health/live", "/health/ready", "/", "/page/page.js"}) {
        RunningServer.Reply reply = server.get(path);
        assertThat(reply.status()).as(path).isEqualTo(200);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
      }
      assertThat(server.get("/page/no.js").status()).isEqualTo(404);
      assertThat(server.get("/page/" + "a/".repeat(7000) + "a.js").status()).isEqualTo(404);
    }
  }

  /** A client that waits while models open, as it is told to, has its rate left. */
  @Test
  void requestsBeforeTheModelsAreOpenDoNotCount(@TempDir Path folder) throws Exception {
    ServerOptions options = RunningServer.options("sesame-4711 name=a rate=2", null);
    String[] key = {"Authorization", "Bearer sesame-4711"};
    String body = "{\"prompt\": \"w3\", \"generation\": {\"max_new_tokens\": 1}}";
    try (RunningServer server = RunningServer.loading(options, TinyModel.in(folder), "tiny")) {
      for (int i = 0; i < 5; i++) {
        assertThat(server.post("/v1/generate", body, key).status()).isEqualTo(503);
      }
      server.server.open();
      assertThat(server.post("/v1/generate", body, key).status()).isEqualTo(200);
      assertThat(server.post("/v1/generate", body, key).status()).isEqualTo(200);
      assertThat(server.post("/v1/generate", body, key).status()).isEqualTo(429);
    }
  }

  @Test
  void pagesOfOtherOriginsMayAskWhereThatIsAllowed(@TempDir Path folder) throws Exception {
    Path model = TinyModel.in(folder);
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), model, "tiny")) {
      assertThat(allowed(server, "https://evil.example")).isEmpty();
      // Without a content type, browsers would send this without asking first.
      String body = "{\"prompt\": \"w3\"}";
      var simple =
          HttpRequest.newBuilder(URI.create(server.server.url() + "/v1/generate"))
              .header("Origin", "https://evil.example")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      assertThat(server.client().send(simple, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(415);
    }
    try (RunningServer server =
        RunningServer.of(RunningServer.options("key", "https://good.example"), model, "tiny")) {
      assertThat(allowed(server, "https://good.example")).isEqualTo("https://good.example");
      assertThat(allowed(server, "https://evil.example")).isEmpty();
      // What clients and those who follow requests add to them.
      String headers = "authorization, traceparent, x-stainless-os";
      var preflight =
          HttpRequest.newBuilder(URI.create(server.server.url() + "/v1/generate"))
              .headers("Origin", "https://good.example", "Access-Control-Request-Method", "POST")
              .header("Access-Control-Request-Headers", headers)
              .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
              .build();
      var told = server.client().send(preflight, HttpResponse.BodyHandlers.ofString()).headers();
      assertThat(told.firstValue("Access-Control-Allow-Headers")).hasValue(headers);
      assertThat(told.firstValue("Access-Control-Expose-Headers").orElseThrow())
          .contains("X-Deed-Warning");
    }
  }

  @Test
  void goneDoorsSayWhatToTakeInTheirPlace(@TempDir Path folder) throws Exception {
    try (RunningServer server =
        RunningServer.of(RunningServer.options("key", null), TinyModel.in(folder), "tiny")) {
      for (String path : List.of("/v1/files", "/v1/files/file-1/content", "/v1/batches")) {
        assertThat(server.get(path).status()).isEqualTo(404);
        assertThat(server.get(path).text()).contains("deed generate --input FILE --output FILE");
      }
      assertThat(server.post("/v1/batches", "{}").text()).contains("deed generate --input");
      for (String path : List.of("/v2", "/v2/health/ready", "/v2/models/tiny/infer")) {
        assertThat(server.get(path).status()).isEqualTo(404);
        assertThat(server.get(path).text()).contains("/health/ready", "/v1/generate");
      }
      assertThat(server.post("/v2/repository/models/tiny/load", "").text())
          .contains("/v1/models/NAME/load");
    }
  }

  private static String allowed(RunningServer server, String origin)
      throws IOException, InterruptedException {
    return server.get("/health/live", "Origin", origin).header("Access-Control-Allow-Origin");
  }
}
