package dev.deed.server.api;

import dev.deed.server.http.Routes;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.speech.SpeechTask;
import java.nio.charset.StandardCharsets;

/** All that the server answers. */
public final class Endpoints {
  private static final String GET = "GET";
  private static final String POST = "POST";

  private Endpoints() {}

  /** The paths and who answers them. */
  public static Routes of(Service service) {
    ModelEndpoints models = new ModelEndpoints(service);
    HealthEndpoints health = new HealthEndpoints(service);
    Examples examples = new Examples(service);
    RecordingReaders readers = new RecordingReaders();
    return new Routes()
        .add(POST, "/v1/generate", new GenerationEndpoint(service, LineBody::parse))
        .add(
            POST,
            "/v1/chat/completions",
            new GenerationEndpoint(service, OpenAiBody::chat))
        .add(
            POST,
            "/v1/completions",
            new GenerationEndpoint(service, OpenAiBody::completion))
        .add(
            POST,
            "/v1/audio/transcriptions",
            new TranscriptionEndpoint(service, SpeechTask.TRANSCRIBE, readers))
        .add(
            POST,
            "/v1/audio/translations",
            new TranscriptionEndpoint(service, SpeechTask.TRANSLATE, readers))
        .add(GET, ModelEndpoints.PATH, models::list)
        .add(GET, ModelEndpoints.PATH + "/*", models::one)
        .addProbe("/health/live", health::live)
        .addProbe("/health/ready", health::ready)
        .add(
            GET,
            "/metrics",
            exchange ->
                exchange.send(
                    200,
                    "text/plain; version=0.0.4; charset=utf-8",
                    service.meters().text().getBytes(StandardCharsets.UTF_8)))
        .add(GET, "/openapi.yaml", StaticFiles::description)
        .addOpen("/", StaticFiles::index)
        .add(GET, "/page/exits.json", exchange -> exchange.send(200, ExitSchema.properties()))
        .add(GET, Examples.LIST, examples::list)
        .add(GET, Examples.BELOW + "*", examples::picture)
        .addOpen(StaticFiles.PAGE + "*", StaticFiles::page);
  }
}
