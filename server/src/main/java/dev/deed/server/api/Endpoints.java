package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.server.http.Routes;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.speech.SpeechTask;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** All that the server answers. */
public final class Endpoints {
  private Endpoints() {}

  /** The paths and who answers them. */
  public static Routes of(Service service) {
    ModelEndpoints models = new ModelEndpoints(service);
    HealthEndpoints health = new HealthEndpoints(service);
    Examples examples = new Examples(service);
    RecordingReaders readers = new RecordingReaders();
    return new InferenceEndpoints(service)
        .addTo(new Routes())
        .post("/v1/generate", endpoint(service, LineBody::parse))
        .post("/v1/verify", new ProofEndpoint(service))
        .post("/v1/tables", new TableEndpoint(service))
        .post("/v1/chat/completions", endpoint(service, OpenAiShape.CHAT))
        .post("/v1/completions", endpoint(service, OpenAiShape.TEXT))
        .post(
            "/v1/audio/transcriptions",
            new TranscriptionEndpoint(service, SpeechTask.TRANSCRIBE, readers))
        .post(
            "/v1/audio/translations",
            new TranscriptionEndpoint(service, SpeechTask.TRANSLATE, readers))
        .get(ModelEndpoints.PATH, models::list)
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
        .open("/", StaticFiles::index)
        .get("/page/exits.json", exchange -> exchange.send(200, ExitSchema.properties()))
        .get(Examples.LIST, examples::list)
        .get(Examples.BELOW + "*", examples::picture)
        .open(StaticFiles.PAGE + "*", StaticFiles::page);
  }

  private static GenerationEndpoint endpoint(Service service, OpenAiShape shape) {
    return endpoint(service, json -> OpenAiBody.parse(json, shape));
  }

  private static GenerationEndpoint endpoint(
      Service service, Function<ObjectNode, ParsedBody> parser) {
    return new GenerationEndpoint(service, exchange -> StrictJson.of(exchange, parser));
  }
}
