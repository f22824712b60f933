package dev.deed.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.deed.data.TaskType;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.Routes;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.speech.SpeechTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** All that the server answers. */
public final class Endpoints {
  /** Tasks that are asked for in another way: token by token, and with a form. */
  private static final Set<String> OF_THEIR_OWN = Set.of("generate", "transcribe", "align");

  private Endpoints() {}

  /** The paths and who answers them. */
  public static Routes of(Service service) {
    ModelEndpoints models = new ModelEndpoints(service);
    HealthEndpoints health = new HealthEndpoints(service);
    Examples examples = new Examples(service);
    RecordingReaders readers = new RecordingReaders();
    Routes routes = new Routes();
    GenerationEndpoint.PARSERS.forEach(
        (path, parser) -> routes.post(path, new GenerationEndpoint(service, parser)));
    TaskType.all().stream()
        .filter(type -> !OF_THEIR_OWN.contains(type.name()))
        .forEach(type -> routes.post("/v1/" + type.name(), new TaskEndpoint(service, type)));
    GoneEndpoint.addTo(routes);
    return routes
        .post("/v1/verify", new ProofEndpoint(service))
        .post(
            "/v1/audio/transcriptions",
            new TranscriptionEndpoint(service, SpeechTask.TRANSCRIBE, false, readers))
        .post(
            "/v1/audio/translations",
            new TranscriptionEndpoint(service, SpeechTask.TRANSLATE, false, readers))
        .post(
            "/v1/audio/alignments",
            new TranscriptionEndpoint(service, SpeechTask.TRANSCRIBE, true, readers))
        .get("/v1/realtime", new RealtimeEndpoint(service, readers))
        .get(ModelEndpoints.PATH, models::list)
        .add(Routes.Access.ADMIN, "POST", ModelEndpoints.PATH + "/*/load", models::load)
        .add(Routes.Access.ADMIN, "POST", ModelEndpoints.PATH + "/*/unload", models::unload)
        .get(ModelEndpoints.PATH + "/*", models::one)
        .probe("/health/live", health::live)
        .probe("/health/ready", health::ready)
        .get(
            "/metrics",
            exchange ->
                exchange.send(
                    200,
                    "text/plain; version=0.0.4; charset=utf-8",
                    service.meters().text().getBytes(StandardCharsets.UTF_8)))
        .get("/openapi.yaml", StaticFiles::description)
        .add(Routes.Access.OPEN, "GET", "/", StaticFiles::index)
        .get("/page/exits.json", exchange -> exchange.send(200, SettingSchema.ofExits()))
        .get(Examples.LIST, examples::list)
        .get(Examples.BELOW + "*", examples::picture)
        .add(Routes.Access.OPEN, "GET", StaticFiles.PAGE + "*", StaticFiles::page);
  }

  /** {@code GET /health/live} and {@code /health/ready}, for what looks after the process. */
  private record HealthEndpoints(Service service) {
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

  /** Says of paths that are gone what to take in their place, for one version. */
  private record GoneEndpoint(String instead) implements Endpoint {
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
}
