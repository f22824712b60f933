package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.processing.sound.FfmpegProgram;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Languages and segments of recordings, as Transformers hears them. */
final class TranscriberGoldenTest {
  @Test
  void languagesAndSegments() throws IOException {
    Path root = Shared.path("golden/hf/whisper-sound");
    assumeTrue(FfmpegProgram.find().isPresent(), "no ffmpeg is here to read its FLAC files");
    JsonNode cases = new ObjectMapper().readTree(root.resolve("cases.json").toFile());
    Map<String, String> files = new HashMap<>();
    cases
        .path("inputs")
        .forEach(one -> files.put(one.path("name").asText(), one.path("audio").asText()));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(root.resolve("model"), 2);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(2))) {
      Transcriber transcriber = Transcriber.of(engine);
      for (JsonNode one : cases.path("languages")) {
        Recording file = Recording.of(root.resolve(files.get(one.path("input").asText())));
        assertThat(
                transcriber
                    .transcribe(file, TranscriptionOptions.defaults().withVoice(null))
                    .language())
            .as(one.path("input").asText())
            .isEqualTo(one.path("language").asText());
      }
      for (JsonNode one : cases.path("transcribe")) {
        check(transcriber, one, root.resolve(one.path("audio").asText()));
      }
    }
  }

  private static void check(Transcriber transcriber, JsonNode expected, Path file) {
    JsonNode settings = expected.path("settings");
    Transcript transcript =
        transcriber.transcribe(
            Recording.of(file),
            TranscriptionOptions.defaults()
                .withVoice(null)
                .withLanguage(settings.path("language").textValue())
                .withTask(
                    settings.path("task").asText().equals("translate")
                        ? SpeechTask.TRANSLATE
                        : SpeechTask.TRANSCRIBE));
    JsonNode segments = expected.path("segments");
    assertThat(transcript.segments()).hasSize(segments.size());
    for (int i = 0; i < segments.size(); i++) {
      TranscriptSegment segment = transcript.segments().get(i);
      List<Integer> tokens = new ArrayList<>();
      segments.get(i).path("tokens").forEach(token -> tokens.add(token.asInt()));
      assertThat(segment.tokenIds()).isEqualTo(tokens);
      assertThat(segment.start())
          .isCloseTo(segments.get(i).path("start").asDouble(), within(0.001));
      assertThat(segment.end()).isCloseTo(segments.get(i).path("end").asDouble(), within(0.001));
      assertThat(segment.text()).isEqualTo(segments.get(i).path("text").asText());
    }
  }
}
