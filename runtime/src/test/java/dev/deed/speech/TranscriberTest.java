package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.processing.sound.FfmpegProgram;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import dev.deed.value.Effort;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny Whisper, which hears a second at a time and writes nonsense. */
final class TranscriberTest {
  private static final int RATE = 16_000;
  static final TranscriptionOptions OPTIONS = TranscriptionOptions.defaults().withVoice(null);
  private static final double OFF = Double.POSITIVE_INFINITY;
  private static final Path BART =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("core/src/test/resources/families/bart/model");

  @TempDir private Path folder;
  private EncoderDecoderModel model;
  private Engine engine;
  private Transcriber transcriber;

  @BeforeEach
  void open() throws IOException {
    model = EncoderDecoderModel.open(TinyWhisper.thatTranscribes(folder), 1);
    engine = model.engine(EngineOptions.defaults().withKnee(4));
    transcriber = Transcriber.of(engine);
  }

  @AfterEach
  void close() {
    engine.close();
    model.close();
  }

  static Recording noise(double seconds, int seed) {
    Random random = new Random(seed);
    float[] samples = new float[(int) (seconds * RATE)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextFloat() - 0.5f;
    }
    return Recording.of(samples, RATE);
  }

  @Test
  void windowsCoverALongRecording() {
    List<Double> done = new ArrayList<>();
    List<TranscriptSegment> told = new ArrayList<>();
    Transcript all =
        transcriber.transcribe(
            noise(3.5, 1),
            OPTIONS,
            progress -> {
              done.add(progress.doneSeconds());
              told.addAll(progress.segments());
              assertThat(progress.totalSeconds()).isEqualTo(3.5);
              return true;
            });
    assertThat(all.segments()).isNotEmpty().isEqualTo(told);
    assertThat(all.text()).isNotEmpty().doesNotContain("<|");
    assertThat(all.seconds()).isEqualTo(3.5);
    assertThat(List.of("en", "de")).contains(all.language());
    assertThat(done).isSorted().last().isEqualTo(3.5);
    assertThat(all.effort().layersRun()).isPositive();
    assertThat(all.segments())
        .allSatisfy(
            one -> {
              assertThat(one.end()).isGreaterThanOrEqualTo(one.start());
              assertThat(one.exitLayers()).hasSameSizeAs(one.tokenIds());
              assertThat(one.noSpeechProbability()).isBetween(0.0, 1.0);
            });
  }

  @Test
  void severalTogetherAreEachAsAlone() {
    List<Transcript> alone = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      alone.add(transcriber.transcribe(noise(2.2, seed), OPTIONS));
    }
    List<CompletableFuture<Transcript>> together = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      Recording recording = noise(2.2, seed);
      together.add(
          CompletableFuture.supplyAsync(
              () -> transcriber.transcribe(recording, OPTIONS), Thread::startVirtualThread));
    }
    assertThat(together.stream().map(CompletableFuture::join)).isEqualTo(alone);
  }

  @Test
  void aShorterContextGivesTheSameTogetherAsAlone() {
    TranscriptionOptions options =
        OPTIONS.withThresholds(Thresholds.none()).withAudioContext(1).withWordTimes(true);
    List<Transcript> alone = new ArrayList<>();
    List<CompletableFuture<Transcript>> together = new ArrayList<>();
    for (int seed = 0; seed < 6; seed++) {
      alone.add(transcriber.transcribe(noise(0.3 + 0.2 * seed, seed), options));
    }
    for (int seed = 0; seed < 6; seed++) {
      Recording recording = noise(0.3 + 0.2 * seed, seed);
      together.add(
          CompletableFuture.supplyAsync(
              () -> transcriber.transcribe(recording, options), Thread::startVirtualThread));
    }
    assertThat(together.stream().map(CompletableFuture::join)).isEqualTo(alone);
  }

  @Test
  void silenceGivesNoText() {
    Transcript silence = transcriber.transcribe(Recording.of(new float[4 * RATE], RATE), OPTIONS);
    assertThat(silence.segments()).isEmpty();
    assertThat(silence.text()).isEmpty();
    assertThat(silence.seconds()).isEqualTo(4);
    Transcript passedOver =
        transcriber.transcribe(
            noise(0.8, 3), OPTIONS.withThresholds(new Thresholds(OFF, OFF, 0.0)));
    assertThat(passedOver.segments()).isEmpty();
  }

  private static Recording spoken() {
    float[] samples = Vowels.samples(3, 6.5, 30);
    System.arraycopy(Vowels.samples(0, 2, 2), 0, samples, 20 * RATE, 2 * RATE);
    return Recording.of(samples, RATE);
  }

  @Test
  void speechAloneIsDecodedAtItsTimes() {
    TranscriptionOptions options = OPTIONS.withVoice(VoiceActivity.defaults());
    List<Double> done = new ArrayList<>();
    List<PartialTranscript> ends = new ArrayList<>();
    List<TranscriptSegment> so = new ArrayList<>();
    Transcript all =
        transcriber.transcribe(
            spoken(),
            options,
            window -> {
              done.add(window.doneSeconds());
              so.addAll(window.segments());
              ends.add(new PartialTranscript(so, window.end()));
              return true;
            });
    assertThat(all.seconds()).isEqualTo(30);
    assertThat(done).isSorted().last().isEqualTo(30.0);
    assertThat(all.segments())
        .anyMatch(one -> one.start() < 7)
        .anyMatch(one -> one.end() > 19)
        .allMatch(one -> one.start() >= 2 && one.start() <= one.end() && one.end() <= 23);
    for (PartialTranscript end : ends) {
      assertThat(transcriber.transcribe(spoken(), options, _ -> true, end)).isEqualTo(all);
    }
    Transcript timed = transcriber.transcribe(spoken(), options.withWordTimes(true));
    assertThat(timed.words())
        .isNotEmpty()
        .allMatch(word -> word.start() >= 2 && word.start() <= word.end() && word.end() <= 23);
    Recording read = transcriber.read(spoken(), options);
    assertThat(read.bytes()).isBetween(1L, transcriber.read(spoken(), OPTIONS).bytes() / 2);
    assertThat(transcriber.transcribe(read, options)).isEqualTo(all);
    assertThat(transcriber.transcribe(read, OPTIONS))
        .isEqualTo(transcriber.transcribe(spoken(), OPTIONS));
  }

  @Test
  void whereNobodySpeaksNothingIsEncoded() {
    Transcript nothing =
        transcriber.transcribe(noise(4, 1), OPTIONS.withVoice(VoiceActivity.defaults()));
    assertThat(nothing.segments()).isEmpty();
    assertThat(nothing.language()).isEqualTo("und");
    assertThat(nothing.languageName()).isEqualTo("und");
    assertThat(
            transcriber
                .transcribe(
                    noise(4, 1), OPTIONS.withVoice(VoiceActivity.defaults()).withLanguage("german"))
                .language())
        .isEqualTo("de");
    assertThat(nothing.seconds()).isEqualTo(4);
    assertThat(nothing.effort()).isEqualTo(Effort.NONE);
    assertRefused("threshold: is 1.5", () -> VoiceActivity.defaults().withThreshold(1.5));
    assertRefused(
        "silence_duration_ms: is -1 ms", () -> new VoiceActivity(0.5, 0.35, 250, -1, 400, 0));
  }

  @Test
  void aStoppedOneGoesOnToTheSameTranscript() {
    for (TranscriptionOptions options :
        List.of(
            OPTIONS.withTemperatures(List.of(0.0)),
            OPTIONS
                .withPrompt("w4 w5")
                .withConditioned(true)
                .withWordTimes(true)
                .withTemperatures(List.of(0.0)))) {
      Transcript whole = transcriber.transcribe(noise(4.5, 1), options);
      for (int windows = 1; windows < 4; windows++) {
        List<TranscriptionListener.Progress> told = new ArrayList<>();
        int most = windows;
        assertThatThrownBy(
                () ->
                    transcriber.transcribe(
                        noise(4.5, 1),
                        options,
                        progress -> {
                          told.add(progress);
                          return told.size() < most;
                        }))
            .isInstanceOf(CancellationException.class);
        PartialTranscript part =
            new PartialTranscript(
                told.stream().flatMap(one -> one.segments().stream()).toList(),
                told.getLast().end());
        assertThat(transcriber.transcribe(noise(4.5, 1), options, _ -> true, part))
            .isEqualTo(whole);
        assertRefused(
            "earlier transcript: is of a recording of 4.5 s, not of 4.0 s",
            () -> transcriber.transcribe(noise(4, 1), options, _ -> true, part));
      }
    }
  }

  @Test
  void promptLanguageAndTaskAreHeard() {
    Recording recording = noise(0.9, 5);
    TranscriptionOptions german = OPTIONS.withLanguage("German").withTask(SpeechTask.TRANSLATE);
    Transcript translated = transcriber.transcribe(recording, german);
    assertThat(translated.language()).isEqualTo("de");
    assertThat(translated.languageName()).isEqualTo("german");
    assertThat(translated.task()).isEqualTo(SpeechTask.TRANSLATE);
    Transcript plain = transcriber.transcribe(recording, german.withTimestamps(false));
    assertThat(plain.segments()).hasSize(1).first().isEqualTo(plain.segments().getFirst());
    assertThat(plain.segments().getFirst().end()).isBetween(0.8, 1.0);
    Transcript prompted = transcriber.transcribe(recording, german.withPrompt("w4 w5 w6"));
    assertThat(prompted.segments()).isNotEmpty();
    assertThat(transcriber.transcribe(noise(3, 2), OPTIONS.withConditioned(true)).segments())
        .isNotEmpty();
    assertThat(
            transcriber
                .transcribe(
                    recording,
                    german.withGeneration(
                        german.generation().withExits(ExitSettings.full()).withBeams(2)))
                .segments())
        .isNotEmpty();
  }

  @Test
  void stops() throws InterruptedException {
    assertThatThrownBy(() -> transcriber.transcribe(noise(9, 1), OPTIONS, _ -> false))
        .isInstanceOf(CancellationException.class);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> transcriber.transcribe(noise(1, 1), OPTIONS))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aRecordingThatIsCutOffIsTranscribedAsFarAsItGoes() throws IOException {
    byte[] file = Files.readAllBytes(TinyWhisper.sound("s16.wav"));
    byte[] part = Arrays.copyOf(file, file.length - 200);
    Transcript whole = transcriber.transcribe(Recording.of(file), OPTIONS);
    assertThat(whole.warning()).isNull();
    Transcript cut = transcriber.transcribe(Recording.of(part), OPTIONS);
    assertThat(cut.missingSeconds()).isEqualTo(100.0 / RATE);
    assertThat(cut.warning())
        .isEqualTo(
            "the recording is cut off or damaged: the last 0.0 s of 0.0 s are missing in the"
                + " transcript");
    assertThat(transcriber.read(Recording.of(part), OPTIONS).missingSeconds())
        .isEqualTo(100.0 / RATE);
    assertRefused(
        "more than the 200 samples allowed",
        () -> transcriber.transcribe(Recording.of(file).withMostSamples(200), OPTIONS));
    assertThatThrownBy(() -> transcriber.read(Recording.of(file), OPTIONS, () -> true))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void mistakes() throws IOException {
    assertRefused(
        "language: \"xx\" is no language of this model; give a code",
        () -> transcriber.check(OPTIONS.withLanguage("xx")));
    assertRefused(
        "language: \"<|>\" is no language of this model; give a code",
        () -> transcriber.check(OPTIONS.withLanguage("<|>")));
    assertRefused("temperature: is -1.0;", () -> OPTIONS.withTemperatures(List.of(-1.0)));
    assertRefused(
        "sound: lasts for more than the 2 s allowed",
        () -> transcriber.transcribe(noise(3, 1).withMostSeconds(2), OPTIONS));
    assertRefused(
        FfmpegProgram.find().isPresent() ? "no sound of a known format" : "no program ffmpeg",
        () -> transcriber.transcribe(Recording.of(new byte[9]), OPTIONS));
    assertRefused(
        "there is no such file",
        () -> transcriber.transcribe(Recording.of(folder.resolve("x.wav")), OPTIONS));
    try (EncoderDecoderModel bart = EncoderDecoderModel.open(BART, 1);
        Engine deaf = bart.engine(EngineOptions.defaults().withKnee(1))) {
      assertRefused("takes no sound; give a Whisper model", () -> Transcriber.of(deaf));
    }
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"eos_token_id\": 24, \"decoder_start_token_id\": 25}");
    try (EncoderDecoderModel untold = EncoderDecoderModel.open(folder, 1);
        Engine other = untold.engine(EngineOptions.defaults().withKnee(1))) {
      // What the file does not say the vocabulary does.
      assertThat(Transcriber.of(other).languages()).containsExactlyInAnyOrder("en", "de");
    }
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"eos_token_id\": 24, \"no_timestamps_token_id\": 99}");
    try (EncoderDecoderModel wrong = EncoderDecoderModel.open(folder, 1);
        Engine other = wrong.engine(EngineOptions.defaults().withKnee(1))) {
      assertRefused(
          "states a no_timestamps_token_id that is no token of 0..39", () -> Transcriber.of(other));
    }
  }

  private static void assertRefused(String why, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(InputException.class).hasMessageContaining(why);
  }
}
