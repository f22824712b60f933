package dev.deed.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.server.http.ApiException;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.testing.ConstantFlac;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short recordings beside files of some kilobytes that last for an hour. */
final class RecordingReadersTest {
  private static final TranscriptionOptions OPTIONS =
      TranscriptionOptions.defaults().withVoice(null);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final RecordingReaders readers = new RecordingReaders();

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

  private static Recording flac(int rate, int channels, int seconds, boolean claims) {
    long frames = (long) rate * seconds;
    return Recording.of(
            ConstantFlac.of(rate, channels, frames, claims ? frames : 0, seconds > 3000))
        .withMostSeconds(3600);
  }

  /** One that waits on a thread of its own, as a request does. */
  private record Client(Thread thread, FutureTask<Recording> answer) {}

  private Client client(Recording recording) {
    FutureTask<Recording> answer =
        new FutureTask<>(() -> readers.read(transcriber, recording, OPTIONS, LONG));
    return new Client(Thread.ofVirtual().start(answer), answer);
  }

  private Recording readShort() throws InterruptedException {
    return readers.read(transcriber, flac(16_000, 1, 2, true), OPTIONS, LONG);
  }

  @Test
  void shortRecordingsDoNotWaitForLongOnes() throws Exception {
    List<Client> hours = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      hours.add(client(flac(192_000, 2, 3599, i % 2 == 0)));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(readShort().bytes()).isPositive();
    }
    // A talk of some minutes goes before hours too.
    assertThat(readers.read(transcriber, flac(48_000, 2, 300, true), OPTIONS, LONG).bytes())
        .isPositive();
    // One thread reads them one after the other.
    assertThat(hours).anyMatch(hour -> !hour.answer.isDone());
    for (Client hour : hours) {
      hour.thread.interrupt();
      hour.thread.join();
    }
    // Nobody waits for the hours any more, so the next long one is read at once.
    assertThat(readers.read(transcriber, flac(8_000, 1, 1200, true), OPTIONS, LONG).bytes())
        .isPositive();
  }

  /** Reads a milliard of samples. */
  @Test
  @Tag("night")
  void theSamplesOfAllChannelsAreBounded() {
    assertThatThrownBy(() -> readers.read(transcriber, flac(192_000, 8, 3599, true), OPTIONS, LONG))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than the 1440000000 samples allowed in all channels");
  }

  @Test
  void theWaitIsBounded() {
    assertThatThrownBy(
            () ->
                readers.read(
                    transcriber, flac(8_000, 1, 3599, true), OPTIONS, Duration.ofMillis(1)))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  @Tag("night")
  void tooManyLongOnesLeaveRoomForShortOnes() throws Exception {
    Recording hour = flac(192_000, 2, 3599, true);
    List<Client> hours = new ArrayList<>();
    // One is looked at as a short one before the next comes: else they fill those places as well.
    for (int i = 0; i < 80; i++) {
      hours.add(client(hour));
      assertThat(readShort().bytes()).isPositive();
    }
    Client refused = null;
    while (refused == null) {
      refused = hours.stream().filter(one -> one.answer.isDone()).findFirst().orElse(null);
      Thread.sleep(5);
    }
    assertThatThrownBy(refused.answer::get)
        .hasCauseInstanceOf(ApiException.class)
        .hasMessageContaining("too many recordings wait to be read");
    assertThat(readShort().bytes()).isPositive();
    hours.forEach(one -> one.thread.interrupt());
  }
}
