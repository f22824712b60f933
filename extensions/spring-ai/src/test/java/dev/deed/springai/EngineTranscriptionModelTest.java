package dev.deed.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.audio.transcription.AudioTranscriptionOptions;
import org.springframework.ai.audio.transcription.AudioTranscriptionPrompt;
import org.springframework.ai.audio.transcription.AudioTranscriptionResponse;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** Transcripts of Spring AI against those of the transcriber itself. */
final class EngineTranscriptionModelTest {
  private static final TranscriptionOptions GERMAN =
      TranscriptionOptions.defaults().withLanguage("de").withVoice(null);

  @TempDir Path folder = Path.of("");

  @Test
  void recordingsAreTranscribed() throws IOException {
    Path sound = TinyWhisper.sound("f32_8k.wav");
    try (EncoderDecoderModel own = EncoderDecoderModel.open(TinyWhisper.thatTranscribes(folder));
        Engine engine = own.engine(EngineOptions.defaults())) {
      String expected = Transcriber.of(engine).transcribe(Recording.of(sound), GERMAN).text();
      EngineTranscriptionModel german = new EngineTranscriptionModel(engine, "tiny", GERMAN);
      EngineTranscriptionModel model =
          new EngineTranscriptionModel(engine, "tiny", TranscriptionOptions.defaults());
      EngineTranscriptionModel.Options options = new EngineTranscriptionModel.Options(GERMAN);
      for (Resource resource :
          new Resource[] {
            new FileSystemResource(sound), new ByteArrayResource(Files.readAllBytes(sound))
          }) {
        AudioTranscriptionResponse answer =
            model.call(new AudioTranscriptionPrompt(resource, options));
        assertThat(answer.getResult().getOutput()).isEqualTo(expected).isNotEmpty();
        Transcript transcript =
            answer.getMetadata().getRequired(EngineTranscriptionModel.TRANSCRIPT);
        assertThat(transcript.language()).isEqualTo("de");
        assertThat(german.transcribe(resource)).isEqualTo(expected);
        assertThat(
                String.join(
                    "",
                    german.streamTranscribe(resource).collectList().block(Duration.ofMinutes(1))))
            .isEqualTo(expected);
      }
      AudioTranscriptionOptions another = () -> "another";
      assertThatExceptionOfType(InputException.class)
          .isThrownBy(() -> model.transcribe(new FileSystemResource(sound), another))
          .withMessageContaining("say tiny");
      ByteArrayResource noise = new ByteArrayResource(new byte[100]);
      assertThatExceptionOfType(InputException.class).isThrownBy(() -> model.transcribe(noise));
      assertThatExceptionOfType(InputException.class)
          .isThrownBy(() -> model.streamTranscribe(noise).blockLast(Duration.ofMinutes(1)));
    }
  }
}
