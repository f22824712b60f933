package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.processing.sound.FfmpegProgram;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;
import dev.deed.value.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound in every form, for a tiny Whisper that reads a second, and for models that read none. */
final class SoundInputTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final Path FAMILIES = ROOT.resolve("core/src/test/resources/families");
  private static final Path SOUND = TinyWhisper.sound("s16.wav");

  @TempDir private Path whisper;

  @BeforeEach
  void folder() throws IOException {
    TinyWhisper.in(whisper);
  }

  @Test
  void everyForm() throws IOException {
    byte[] file = Files.readAllBytes(SOUND);
    float[] samples = new float[(file.length - 44) / 2];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (file[44 + 2 * i] & 0xff | file[45 + 2 * i] << 8) / 32_768f;
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(whisper, 1);
        Engine engine = model.engine(EngineOptions.defaults())) {
      Generation answer = model.generate(Input.ofAudio(SOUND));
      assertThat(answer.tokenIds()).isNotEmpty();
      for (Input input :
          new Input[] {
            Input.ofAudio(file),
            Input.ofAudio(new ByteArrayInputStream(file)),
            Input.ofAudio(samples, 16_000),
            Input.ofText("passed by").withAudio(SOUND)
          }) {
        Generation same = model.generate(input);
        assertThat(same.tokenIds()).isEqualTo(answer.tokenIds());
        assertThat(same.logProbabilities()).isEqualTo(answer.logProbabilities());
      }
      Generation served = engine.submit(Request.of(Input.ofAudio(file))).result().join().orThrow();
      assertThat(served.tokenIds()).isEqualTo(answer.tokenIds());
    }
  }

  /** As a transcription hears it; by the model itself, in a batch, and by an engine. */
  @Test
  void theLanguageThatNobodyStatesIsHeard() throws IOException, InterruptedException {
    Path folder = TinyWhisper.thatTranscribes(Files.createDirectory(whisper.resolve("heard")));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1);
        Engine engine = model.engine(EngineOptions.defaults())) {
      Input sound = Input.ofAudio(SOUND);
      String heard =
          Transcriber.of(engine)
              .transcribe(Recording.of(SOUND), TranscriptionOptions.defaults())
              .language();
      int language = heard.equals("en") ? 26 : 27;
      Input stated = sound.withDecoderPrefix(new int[] {25, language, 28, 32});
      Generation answer = model.generate(stated);
      Input timed = sound.withDecoderPrefix(new int[] {25, language, 28});
      GenerationOptions times = GenerationOptions.defaults().withSetting("return_timestamps", true);
      Input other = sound.withDecoderPrefix(new int[] {25, 53 - language, 28, 32});

      assertThat(answer.tokenIds()).isNotEqualTo(model.generate(other).tokenIds());
      assertSame(model.generate(sound), answer);
      assertSame(engine.submit(Request.of(sound)).await(), answer);
      assertSame(model.generate(sound, times), model.generate(timed, times));
      assertSame(engine.submit(new Request(sound, times)).await(), model.generate(timed, times));
      List<Result<Generation>> batch =
          model.generate(List.of(Request.of(other), Request.of(sound), Request.of(stated)));
      assertSame(batch.get(1).orThrow(), answer);
      assertSame(batch.get(2).orThrow(), answer);
      GenerationOptions beams = GenerationOptions.defaults().withBeams(2);
      assertSame(engine.submit(new Request(sound, beams)).await(), model.generate(stated, beams));
      assertThat(model.internals().decoderPrefix(sound)).containsExactly(25, language, 28, 32);
    }
  }

  private static void assertSame(Generation answer, Generation expected) {
    assertThat(answer.tokenIds()).isEqualTo(expected.tokenIds());
    assertThat(answer.logProbabilities()).isEqualTo(expected.logProbabilities());
  }

  @Test
  void whatIsNotRead() throws IOException {
    byte[] file = Files.readAllBytes(SOUND);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(whisper, 1)) {
      assertRefused(
          Kind.UNSUPPORTED_SOUND,
          FfmpegProgram.find().isPresent() ? "no sound" : "no program ffmpeg",
          () -> model.generate(Input.ofAudio(new byte[9])));
      assertRefused(
          Kind.TOO_LARGE,
          "sound: lasts for more than the 1 s allowed; cut it into pieces",
          () -> model.generate(Input.ofAudio(new float[8001], 8000)));
      file[43] = 1;
      assertRefused(Kind.BAD, "truncated", () -> model.generate(Input.ofAudio(file)));
      assertRefused(
          Kind.BAD,
          "input: has a prompt and an image but no sound; this model reads sound: give audio",
          () -> model.generate(Input.ofText("t").withImage(SOUND)));
      assertThat(model.card().reads()).containsExactly("input_features");
    }
    assertRefused(Kind.TOO_LARGE, "67108864 bytes", () -> Input.ofAudio(endless()));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FAMILIES.resolve("bart/model"), 1)) {
      assertRefused(
          Kind.BAD,
          "input: has audio but no text; this model reads text: give a prompt",
          () -> model.generate(Input.ofAudio(SOUND)));
    }
    Files.delete(whisper.resolve("preprocessor_config.json"));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(whisper, 1)) {
      assertRefused(
          Kind.BAD,
          "holds no preprocessor_config.json; give the sound as a tensor",
          () -> model.generate(Input.ofAudio(SOUND)));
    }
  }

  /** As the convolution of stride 2 wants it; what is behind it is not heard. */
  @Test
  void aSpectrogramMayBeShorterThanAWindow() {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(whisper, 1)) {
      for (int frames : List.of(2, 8, 14)) {
        assertThat(model.generate(spectrogram(frames)).tokenIds()).isNotEmpty();
      }
      for (int frames : List.of(7, 16)) {
        assertRefused(
            Kind.BAD,
            "has the shape [5, %d]; the model reads [5, 14]".formatted(frames),
            () -> model.generate(spectrogram(frames)));
      }
    }
  }

  private static Input spectrogram(int frames) {
    float[] values = new float[5 * frames];
    return Input.empty().withTensor("input_features", values, List.of(5, frames));
  }

  private static void assertRefused(Kind kind, String why, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(why)
        .isInstanceOfSatisfying(InputException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] target, int from, int count) {
        return count;
      }
    };
  }
}
