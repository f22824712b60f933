package dev.deed.server.api;

import dev.deed.data.generate.TaskType;
import dev.deed.server.http.Routes;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.speech.SpeechTask;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** All that the server answers. */
public final class Endpoints {
  /** Tasks that are asked for in another way: token by token, and with a form. */
  private static final Set<String> OF_THEIR_OWN = Set.of("generate", "transcribe");

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
            new TranscriptionEndpoint(service, SpeechTask.TRANSCRIBE, readers))
        .post(
            "/v1/audio/translations",
            new TranscriptionEndpoint(service, SpeechTask.TRANSLATE, readers))
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
}
