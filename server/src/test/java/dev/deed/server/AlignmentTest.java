package dev.deed.server;

import static dev.deed.server.AudioClient.assertRefused;
import static dev.deed.server.AudioClient.fields;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Vowels;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Times of a known text over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AlignmentTest {
  private static final String ALIGNMENTS = "/v1/audio/alignments";
  private static final byte[] SOUND = Vowels.wav(Vowels.samples(0.5, 3.5, 4));

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
  void wordsComeBackInOrder() throws IOException, InterruptedException {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                client.text(
                    ALIGNMENTS,
                    fields(SOUND, "model", "whisper", "text", "w1 w2. w3", "language", "en")));
    assertThat(json.path("words").findValuesAsText("word")).containsExactly("w1", "w2.", "w3");
    assertThat(json.path("words").path(0).has("start")).isTrue();
    assertThat(json.path("segments")).hasSize(2);
    assertThat(client.text(ALIGNMENTS, fields(SOUND, "text", "w1", "response_format", "vtt")))
        .startsWith("WEBVTT\n");
  }

  @Test
  void whatIsMissingOrUnknownIsNamed() throws IOException, InterruptedException {
    assertRefused(400, "text: is missing", client.post(ALIGNMENTS, fields(SOUND)));
    assertRefused(400, "holds no words", client.post(ALIGNMENTS, fields(SOUND, "text", " ")));
    assertRefused(
        400,
        "unknown_parameter",
        client.post(ALIGNMENTS, fields(SOUND, "text", "w1", "stream", "true")));
    assertRefused(
        400,
        "response_format",
        client.post(ALIGNMENTS, fields(SOUND, "text", "w1", "response_format", "diarized_json")));
    assertRefused(
        400,
        "max_line_width",
        client.post(ALIGNMENTS, fields(SOUND, "text", "w1", "max_line_width", "20")));
  }
}
