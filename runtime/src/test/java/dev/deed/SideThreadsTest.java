package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.engine.SideThreads;
import dev.deed.engine.SideWork;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes long beside an engine. */
final class SideThreadsTest {
  private final SideThreads threads = new SideThreads(SideWork.QUESTIONS);

  /** Virtual threads share their carriers: as many busy ones as processors would stop all. */
  @Test
  void virtualThreadsGoOnMeanwhile() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      callers.add(
          Thread.startVirtualThread(
              () ->
                  threads.run(
                      () -> {
                        assertThat(Thread.currentThread().isVirtual()).isFalse();
                        begun.countDown();
                        while (end.getCount() > 0) {
                          Thread.onSpinWait();
                        }
                        return "";
                      })));
    }
    begun.await();
    CompletableFuture<String> other = new CompletableFuture<>();
    Thread.startVirtualThread(() -> other.complete("prompt"));
    assertThat(other.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("prompt");
    end.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
  }

  @Test
  void aCallerThatIsStoppedStopsItsTask() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> stopped = new CompletableFuture<>();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread caller =
        Thread.startVirtualThread(
            () -> {
              try {
                threads.run(
                    () -> {
                      begun.countDown();
                      while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                      }
                      return stopped.complete("stopped");
                    });
              } catch (CancellationException e) {
                thrown.complete(e);
              }
            });
    begun.await();
    caller.interrupt();
    assertThat(stopped.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("stopped");
    assertThat(thrown.orTimeout(60, TimeUnit.SECONDS).join()).hasMessageContaining("ask again");
  }

  /** The tokens of a long beginning of the answer are found by the one who submits. */
  @Test
  void virtualThreadsFindNoTokensOfLongPrompts(@TempDir Path folder) throws Exception {
    try (EncoderDecoderModel model =
            EncoderDecoderModel.open(TinyWhisper.thatTranscribes(folder), 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(1))) {
      Request request =
          Request.of(
              Input.ofAudio(TinyWhisper.sound("s16.wav")).withDecoderPrompt("w1 ".repeat(3000)));
      for (boolean virtual : new boolean[] {false, true}) {
        CompletableFuture<Boolean> beside = new CompletableFuture<>();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        builder.start(
            () -> {
              try {
                engine.submit(request);
                beside.completeExceptionally(new AssertionError("no refusal"));
              } catch (InputException e) {
                beside.complete(
                    Stream.of(e.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().contains("ThreadPoolExecutor")));
              }
            });
        assertThat(beside.get(60, TimeUnit.SECONDS)).isEqualTo(virtual);
      }
    }
  }

  @Test
  void givesWhatTheTaskGivesOrThrows() {
    assertThat(threads.run(() -> 7)).isEqualTo(7);
    assertThatThrownBy(
            () ->
                threads.run(
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");
  }
}
