package dev.deed.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.InputException;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.audio.AudioTranscriptionRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transcripts of LangChain4j against those of the transcriber itself. */
final class DeedTranscriptionModelTest {
  /** Nobody speaks in these sounds. */
  private static final TranscriptionOptions ALL = TranscriptionOptions.defaults().withVoice(null);

  @TempDir Path folder = Path.of("");

  @Test
  void recordingsAreTranscribed() throws IOException {
    Path sound = TinyWhisper.sound("f32_8k.wav");
    String place = TinyWhisper.thatTranscribes(folder).toString();
    try (DeedTranscriptionModel model =
            DeedTranscriptionModel.builder().model(place).transcriptionOptions(ALL).build();
        EncoderDecoderModel own = EncoderDecoderModel.open(folder);
        Engine engine = own.engine(EngineOptions.defaults())) {
      String expected =
          Transcriber.of(engine).transcribe(Recording.of(sound), ALL.withLanguage("de")).text();
      byte[] bytes = Files.readAllBytes(sound);
      for (Audio audio :
          new Audio[] {
            Audio.builder().binaryData(bytes).build(), Audio.builder().url(sound.toUri()).build()
          }) {
        AudioTranscriptionRequest request =
            AudioTranscriptionRequest.builder(audio).language("de").build();
        DeedTranscriptionModel.Response answer = model.transcribe(request);
        assertThat(answer.text()).isEqualTo(expected).isNotEmpty();
        assertThat(answer.transcript().language()).isEqualTo("de");
      }
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(
              () -> model.transcribeToText(Audio.builder().binaryData(new byte[99]).build()));
      assertThatExceptionOfType(UnsupportedFeatureException.class)
          .isThrownBy(
              () ->
                  model.transcribeToText(Audio.builder().url("https://example.org/a.wav").build()));
    }
  }

  @Test
  void aModelWithoutEarsIsRefused() {
    String place = Path.of("../..", "models", "values").toString();
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> DeedTranscriptionModel.builder().model(place).build());
  }
}
