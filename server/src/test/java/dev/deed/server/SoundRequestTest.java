package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.testing.TinyWhisper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound as a data URL, for a model that reads a second of it. */
final class SoundRequestTest {
  private static String body(String type, byte[] file) {
    String coded = Base64.getEncoder().encodeToString(file);
    return "{\"audio\": \"data:" + type + ";base64," + coded + "\"}";
  }

  @Test
  void soundIsReadAndRefusalsAreToldApart(@TempDir Path folder) throws Exception {
    byte[] sound = Files.readAllBytes(TinyWhisper.sound("s16.wav"));
    try (RunningServer server = server(folder)) {
      RunningServer.Reply reply = server.post("/v1/generate", body("audio/wav", sound));
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.json().path("token_ids")).isNotEmpty();
      assertRefused(server, 415, body("text/plain", sound), "give a sound, such as audio/wav");
      assertRefused(server, 415, body("audio/mp4", new byte[20]), "no sound of a known format");
      assertRefused(server, 400, body("audio/wav", Arrays.copyOf(sound, 100)), "truncated");
      byte[] slow = Arrays.copyOf(sound, 44 + 4001);
      ByteBuffer.wrap(slow).order(ByteOrder.LITTLE_ENDIAN).putInt(24, 4000).putInt(40, 4001);
      slow[32] = 1;
      slow[34] = 8;
      assertRefused(server, 413, body("audio/wav", slow), "more than the 1 s allowed");
    }
  }

  private static RunningServer server(Path folder) throws IOException {
    return RunningServer.of(RunningServer.options(null, null), TinyWhisper.in(folder), "whisper");
  }

  private static void assertRefused(RunningServer server, int status, String body, String why)
      throws Exception {
    RunningServer.Reply reply = server.post("/v1/generate", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.text()).contains(why);
    assertThat(reply.json().path("error").path("param").asText()).isEqualTo("audio");
  }
}
