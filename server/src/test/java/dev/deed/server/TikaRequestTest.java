package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What {@code openai-vlm-parser} of Apache Tika 4 sends, by its source, and reads. */
final class TikaRequestTest {
  private static final Path LINES = ClientServers.MODELS.resolve("text-lines");

  @Test
  void aPictureIsAnsweredWithItsText() throws Exception {
    byte[] picture = Files.readAllBytes(LINES.resolve("samples/amount.png"));
    String body =
        """
        {"model": "lines", "max_tokens": 4096, "messages": [{"role": "user", "content": [
          {"type": "text", "text": "Extract all visible text from this image."},
          {"type": "image_url", "image_url": {"url": "data:image/png;base64,%s"}}]}]}
        """
            .formatted(Base64.getEncoder().encodeToString(picture));
    try (RunningServer server =
        RunningServer.of(RunningServer.options(ClientServers.KEY, null), LINES, "lines")) {
      String[] key = {"Authorization", "Bearer " + ClientServers.KEY};
      // Its health check.
      assertThat(server.get("/v1/models", key).status()).isEqualTo(200);
      RunningServer.Reply reply = server.post("/v1/chat/completions", body, key);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.json().at("/choices/0/message/content").asText()).isEqualTo("R$6.75");
      assertThat(reply.json().at("/usage/completion_tokens").asInt()).isPositive();
    }
  }
}
