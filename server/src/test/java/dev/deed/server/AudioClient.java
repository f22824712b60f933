package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.testing.TinyWhisper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A client of OpenAI's audio interface.
 *
 * @param server with a tiny Whisper, whose windows are a second long and whose text is nonsense
 */
record AudioClient(RunningServer server) {
  static final String PATH = "/v1/audio/transcriptions";
  static final String BOUNDARY = "x0a1b2c3";

  /** A server of recordings of up to a minute, and its client. */
  static AudioClient serving(Path folder) throws IOException {
    ServerOptions options = new ServerOptions("127.0.0.1", 0, null, 8 << 20, 2, null, Set.of(), 60);
    return new AudioClient(
        RunningServer.of(options, TinyWhisper.thatTranscribes(folder), "whisper"));
  }

  /** Noise of 16 bits at 16 kHz. */
  static byte[] noise(double seconds) {
    int samples = (int) (seconds * 16_000);
    ByteBuffer file = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    file.putShort((short) 2).putShort((short) 16);
    file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    Random random = new Random(7);
    while (file.hasRemaining()) {
      file.putShort((short) random.nextInt(-9000, 9000));
    }
    return file.array();
  }

  /** For noise: in it no speech would be found. */
  static byte[] form(byte[] sound, String... fields) {
    return fields(
        sound, Stream.concat(Stream.of("vad", "false"), Stream.of(fields)).toArray(String[]::new));
  }

  static byte[] fields(byte[] sound, String... fields) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      body.writeBytes(
          "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
              .formatted(BOUNDARY, fields[i], fields[i + 1])
              .getBytes(StandardCharsets.UTF_8));
    }
    body.writeBytes(
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
                + "Content-Type: audio/wav\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(sound);
    body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }

  HttpResponse<String> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.server.url() + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return server.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  String text(String path, byte[] body) throws IOException, InterruptedException {
    HttpResponse<String> reply = post(path, body);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  static void assertRefused(int status, String why, HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    assertThat(reply.body()).contains("\"error\"").contains(why);
  }
}
