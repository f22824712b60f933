package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans as a collector receives them over OTLP. */
final class TracesTest {
  private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final String BODY =
      "{\"prompt\": \"w3\", \"exits\": {\"threshold\": 0, \"lossless\": true},"
          + " \"generation\": {\"max_new_tokens\": 6, \"min_new_tokens\": 6}}";

  private final List<OtlpSpan> spans = new CopyOnWriteArrayList<>();
  private HttpServer collector;

  @BeforeEach
  void listen() throws Exception {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          spans.addAll(OtlpSpan.all(exchange.getRequestBody().readAllBytes()));
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    System.setProperty(ENDPOINT, "http://127.0.0.1:" + collector.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    System.clearProperty(ENDPOINT);
    System.clearProperty("otel.traces.sampler");
    System.clearProperty("otel.exporter.otlp.protocol");
    collector.stop(0);
  }

  private static String parent(boolean sampled) {
    return "00-" + TRACE + "-" + CALLER + (sampled ? "-01" : "-00");
  }

  private OtlpSpan named(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aRequestGoesOnWithTheTraceOfItsCaller(@TempDir Path folder) throws Exception {
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny")) {
      assertThat(server.post("/v1/generate", BODY, "traceparent", parent(true)).status())
          .isEqualTo(200);
      assertThat(server.post("/v1/generate", "{}", "traceparent", parent(true)).status())
          .isEqualTo(400);
      // Its caller does not want it to be followed.
      assertThat(server.post("/v1/completions", BODY, "traceparent", parent(false)).status())
          .isEqualTo(400);
      assertThat(server.get("/v1/models").status()).isEqualTo(200);
    }
    assertThat(spans).extracting(OtlpSpan::traceId).containsOnly(TRACE);
    assertThat(spans)
        .extracting(OtlpSpan::name)
        .containsExactlyInAnyOrder(
            "queue", "read", "encode", "decode", "POST /v1/generate", "POST /v1/generate");
    OtlpSpan request =
        spans.stream()
            .filter(span -> span.attributes().containsKey("gen_ai.request.model"))
            .findFirst()
            .orElseThrow();
    assertThat(request.parent()).isEqualTo(CALLER);
    assertThat(request.attributes())
        .containsAllEntriesOf(
            Map.of(
                "http.response.status_code", 200L,
                "http.route", "/v1/generate",
                "gen_ai.operation.name", "generate_content",
                "gen_ai.request.model", "tiny",
                "gen_ai.usage.output_tokens", 6L))
        .containsKeys("gen_ai.usage.input_tokens", "deed.layers_run", "deed.layers_possible");
    long end = request.start();
    for (String stage : List.of("queue", "read", "encode", "decode")) {
      OtlpSpan span = named(stage);
      assertThat(span.parent()).isEqualTo(request.id());
      assertThat(span.end()).isGreaterThanOrEqualTo(span.start());
      assertThat(span.start()).isGreaterThanOrEqualTo(end - 1_000_000);
      end = span.end();
    }
    assertThat(named("decode").attributes()).containsKeys("deed.exit_layers", "deed.layers_run");
    assertThat(named("decode").events()).containsExactly("deed.verified");
    OtlpSpan refused =
        spans.stream()
            .filter(
                span ->
                    Long.valueOf(400).equals(span.attributes().get("http.response.status_code")))
            .findFirst()
            .orElseThrow();
    assertThat(refused.attributes()).containsEntry("error.type", "400");
  }

  @Test
  void windowsOfARecordingAreEventsOfItsDecoding(@TempDir Path folder) throws Exception {
    ServerOptions options = new ServerOptions("127.0.0.1", 0, null, 8 << 20, 2, null, Set.of(), 60);
    try (RunningServer server =
        RunningServer.of(options, TinyWhisper.thatTranscribes(folder), "whisper")) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.writeBytes(
          ("--b\r\nContent-Disposition: form-data; name=\"vad\"\r\n\r\nfalse\r\n--b\r\n"
                  + "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      body.writeBytes(Vowels.wav(Vowels.samples(0.2, 2.2, 2.5)));
      body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.server.url() + "/v1/audio/transcriptions"))
              .headers("Content-Type", "multipart/form-data; boundary=b")
              .headers("traceparent", parent(true))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
              .build();
      assertThat(server.client().send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
    assertThat(spans)
        .extracting(OtlpSpan::name)
        .containsExactlyInAnyOrder("read", "decode", "POST /v1/audio/transcriptions");
    assertThat(named("decode").events()).hasSizeGreaterThan(1).containsOnly("deed.window");
    assertThat(named("decode").parent()).isEqualTo(named("POST /v1/audio/transcriptions").id());
    assertThat(named("POST /v1/audio/transcriptions").attributes())
        .containsEntry("gen_ai.request.model", "whisper")
        .containsKeys("gen_ai.usage.output_tokens", "deed.layers_run");
  }

  @Test
  void turnsOfASessionAreSpansUnderItsCaller(@TempDir Path folder) throws Exception {
    ServerOptions options =
        new ServerOptions("127.0.0.1", 0, null, 256 << 20, 2, null, Set.of(), 60);
    byte[] sound = new byte[40_000];
    new Random(7).nextBytes(sound);
    try (RunningServer server =
            RunningServer.of(options, TinyWhisper.thatTranscribes(folder), "whisper");
        RealtimeClient client =
            new RealtimeClient(
                server, "?model=whisper", new String[0], "traceparent", parent(true))) {
      client.next("session.created");
      client.set("'turn_detection': null");
      client.append(sound);
      client.send("{'type': 'input_audio_buffer.commit'}");
      client.await("conversation.item.input_audio_transcription.completed");
      assertThat(server.server.drain(Duration.ofSeconds(60))).isTrue();
    }
    assertThat(spans).extracting(OtlpSpan::traceId).containsOnly(TRACE);
    OtlpSpan turn = named("turn");
    assertThat(turn.parent()).isEqualTo(CALLER);
    assertThat(turn.attributes())
        .containsEntry("gen_ai.request.model", "whisper")
        .containsKeys("gen_ai.usage.output_tokens", "deed.request_id", "deed.layers_run")
        .doesNotContainKey("error.type");
    List<OtlpSpan> below = spans.stream().filter(one -> one.parent().equals(turn.id())).toList();
    assertThat(below).extracting(OtlpSpan::name).containsExactly("queue", "read", "decode");
    assertThat(below.getLast().events()).isNotEmpty().containsOnly("deed.window");
    // The draft of the turn that goes on, if the engine had the time for it.
    assertThat(spans)
        .filteredOn(one -> one.parent().equals(CALLER) && !one.equals(turn))
        .allMatch(one -> one.name().equals("draft"));
  }

  @Test
  void theSamplerOfTheVariablesDecides(@TempDir Path folder) throws Exception {
    System.setProperty("otel.traces.sampler", "always_off");
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny")) {
      assertThat(server.post("/v1/generate", BODY).status()).isEqualTo(200);
    }
    assertThat(spans).isEmpty();
  }

  @Test
  void whatCannotBeSentIsToldAndTheServerRuns(@TempDir Path folder) throws Exception {
    System.setProperty("otel.exporter.otlp.protocol", "smoke");
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny")) {
      assertThat(server.errors).anyMatch(line -> line.contains("there are no traces"));
      assertThat(server.post("/v1/generate", BODY).status()).isEqualTo(200);
    }
  }
}
