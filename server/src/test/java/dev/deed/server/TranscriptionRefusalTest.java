package dev.deed.server;

import static dev.deed.server.AudioClient.BOUNDARY;
import static dev.deed.server.AudioClient.PATH;
import static dev.deed.server.AudioClient.assertRefused;
import static dev.deed.server.AudioClient.form;
import static dev.deed.server.AudioClient.noise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the audio interface of OpenAI refuses, and clients that leave. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TranscriptionRefusalTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AudioClient client;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    client = AudioClient.serving(folder);
  }

  @AfterAll
  void close() {
    client.server().close();
  }

  @Test
  void refusals() throws IOException, InterruptedException {
    byte[] sound = noise(0.5);
    assertRefused(404, "model_not_found", client.post(PATH, form(sound, "model", "whisper-1")));
    assertRefused(
        400, "give one of text, json", client.post(PATH, form(sound, "response_format", "x")));
    assertRefused(
        400, "no language of this model", client.post(PATH, form(sound, "language", "xx")));
    assertRefused(
        400, "comes twice", client.post(PATH, form(sound, "language", "en", "language", "de")));
    assertRefused(400, "not known here", client.post(PATH, form(sound, "speed", "2")));
    assertRefused(400, "is no number", client.post(PATH, form(sound, "temperature", "warm")));
    assertRefused(400, "is -1.0", client.post(PATH, form(sound, "temperature", "-1")));
    assertRefused(
        400,
        "are segment and word",
        client.post(
            PATH,
            form(sound, "response_format", "verbose_json", "timestamp_granularities[]", "letter")));
    assertRefused(
        400,
        "response_format verbose_json alone",
        client.post(PATH, form(sound, "timestamp_granularities[]", "word")));
    assertRefused(
        400,
        "sends no words",
        client.post(
            PATH,
            form(
                sound,
                "response_format",
                "verbose_json",
                "timestamp_granularities[]",
                "word",
                "stream",
                "true")));
    assertRefused(400, "no JSON object", client.post(PATH, form(sound, "deed", "[")));
    assertRefused(
        415,
        "no sound of a known format; give a WAV, MP3, M4A, Ogg, WebM or FLAC\"",
        client.post(PATH, form(new byte[100])));
    assertRefused(413, "more than the 60 s allowed", client.post(PATH, form(noise(61))));
    assertRefused(
        413, "longer than 64 KiB", client.post(PATH, form(sound, "prompt", "a".repeat(70_000))));
    assertRefused(403, "Origin", client.post(PATH, form(sound), "Origin", "http://evil.example"));
    assertThat(client.post(PATH, form(sound), "Origin", client.server().server.url()).statusCode())
        .isEqualTo(200);
    RunningServer.Reply json = client.server().post(PATH, "{}");
    assertThat(json.status()).isEqualTo(415);
  }

  /** Clients learn a model's served name, and nothing of where it lies. */
  @Test
  void aModelThatHearsNothingHasItsServedName(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (RunningServer deaf =
        RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "deaf")) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(deaf.server.url() + PATH))
              .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
              .POST(HttpRequest.BodyPublishers.ofByteArray(form(noise(0.5))))
              .build();
      JsonNode error =
          JSON.readTree(deaf.client().send(request, HttpResponse.BodyHandlers.ofString()).body())
              .path("error");
      assertThat(error.path("message").asText())
          .isEqualTo("deaf: takes no sound; give a Whisper model");
      assertThat(error.path("param").asText()).isEqualTo("model");
    }
  }

  @Test
  void malformedForms() throws IOException, InterruptedException {
    String start = "--" + BOUNDARY + "\r\n";
    for (String body :
        List.of(
            "",
            "--",
            start,
            start + "\r\n",
            "--" + BOUNDARY,
            "--" + BOUNDARY + "x\r\n",
            start + "Content-Disposition: form-data; name=\"file\"\r\n\r\nabc",
            start + "Content-Disposition: form-data\r\n\r\nabc\r\n--" + BOUNDARY + "--",
            start + "a: b\r\n".repeat(4000) + "\r\n\r\n--" + BOUNDARY + "--",
            (start + "Content-Disposition: form-data; name=\"user\"\r\n\r\n\r\n").repeat(100))) {
      HttpResponse<String> reply = client.post(PATH, body.getBytes(StandardCharsets.US_ASCII));
      assertThat(reply.statusCode())
          .as(body.substring(0, Math.min(60, body.length())))
          .isIn(400, 413);
      assertThat(reply.body()).startsWith("{\"error\":").doesNotContain("\n");
    }
    assertRefused(
        400,
        "file: is missing",
        client.post(PATH, ("--" + BOUNDARY + "--").getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void aLongRecordingHoldsUpNobodyAndEndsWithItsClient() throws Exception {
    byte[] body = form(noise(59));
    double before = client.server().metric("deed_requests_cancelled_total", "client_closed");
    try (Socket socket = client.server().connect()) {
      socket
          .getOutputStream()
          .write(
              ("POST "
                      + PATH
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data;"
                      + " boundary="
                      + BOUNDARY
                      + "\r\nContent-Length: "
                      + body.length
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      HttpResponse<String> other = client.post(PATH, form(noise(0.5)));
      assertThat(other.statusCode()).isEqualTo(200);
    }
    // A recording that the server has not begun to read yet does not run either: a second of quiet.
    int quiet = 0;
    for (int i = 0; i < 600 && quiet < 10; i++) {
      quiet = client.server().metric("deed_requests_running", "whisper") > 0 ? 0 : quiet + 1;
      Thread.sleep(100);
    }
    assertThat(quiet).isEqualTo(10);
    // The recording may have been whole before its client left.
    assertThat(client.server().metric("deed_requests_cancelled_total", "client_closed"))
        .isBetween(before, before + 1);
    assertThat(client.server().errors).isEmpty();
  }
}
