package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EngineFullException.Reason;
import dev.deed.value.EngineListener;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who finds a place in an engine, who waits for one, and what is refused at once. */
final class EnginePlacesTest {
  private static final Path FOLDERS =
      Path.of("../core/src/test/resources/golden/exits").toAbsolutePath();
  private static final EncoderDecoderModel T5 = open("t5-v1_1");
  private static final Input INPUT = Input.ofTokenIds(5, 6, 7, 8);
  private static final GenerationOptions SHORT = GenerationOptions.defaults().withMaxNewTokens(6);
  private static final EngineOptions SMALL =
      EngineOptions.defaults()
          .withMaxRows(2)
          .withMaxWaiting(2)
          .withKnee(2)
          .withMaxNewTokens(1 << 20);

  /** Runs until someone ends it. */
  private static final Request LONG =
      new Request(
          INPUT,
          GenerationOptions.defaults()
              .withMinNewTokens(60_000)
              .withMaxNewTokens(60_000)
              .withExits(ExitSettings.full()));

  private static EncoderDecoderModel open(String family) {
    return EncoderDecoderModel.open(FOLDERS.resolve(family).resolve("model"), 1);
  }

  @AfterAll
  static void close() {
    T5.close();
  }

  @Test
  void whatFindsNoPlaceIsRefusedAtOnce() {
    try (Engine engine = T5.engine(SMALL)) {
      for (int i = 0; i < 4; i++) {
        engine.submit(LONG);
      }
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> engine.submit(LONG))
            .isInstanceOfSatisfying(
                EngineFullException.class,
                e -> {
                  assertThat(e.reason()).isEqualTo(Reason.WAITING);
                  assertThat(e.retryAfter())
                      .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(2));
                });
      }
      assertThat(engine.status().running()).isEqualTo(2);
      assertThat(engine.status().waiting()).isEqualTo(2);
    }
  }

  /** At the pace of the last answers, of which each takes six steps of a tenth of a second. */
  @Test
  void theLongerTheQueueTheLaterToComeAgain() throws Exception {
    checkRetryAfter(0, 0);
    checkRetryAfter(0, 2);
    assertThat(checkRetryAfter(100, 16)).isBetween(Duration.ofSeconds(9), Duration.ofMinutes(2));
  }

  /** Nothing is answered while the queue fills: the first of it is held in its first step. */
  private static Duration checkRetryAfter(int stepMillis, int waiting) throws Exception {
    AtomicReference<CountDownLatch> held = new AtomicReference<>(new CountDownLatch(0));
    EngineListener slow =
        new EngineListener() {
          @Override
          public void step(int rows, Duration time) {
            try {
              Thread.sleep(stepMillis);
              held.get().await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    EngineOptions options =
        EngineOptions.defaults()
            .withMaxRows(1)
            .withMaxWaiting(waiting)
            .withKnee(1)
            .withListener(slow);
    try (Engine engine = T5.engine(options)) {
      Request request = new Request(INPUT, SHORT);
      engine.submit(request).result().get(60, TimeUnit.SECONDS);
      engine.submit(request).result().get(60, TimeUnit.SECONDS);
      held.set(new CountDownLatch(1));
      try {
        for (int i = 0; i <= waiting; i++) {
          engine.submit(request);
        }
        Duration soonest = toAll(engine, waiting);
        AtomicReference<Duration> told = new AtomicReference<>();
        assertThatThrownBy(() -> engine.submit(request))
            .isInstanceOfSatisfying(EngineFullException.class, e -> told.set(e.retryAfter()));
        assertThat(told.get()).isBetween(soonest, toAll(engine, waiting));
        return told.get();
      } finally {
        held.get().countDown();
      }
    }
  }

  /** The time in which all that wait are answered at the pace of now, in whole seconds. */
  private static Duration toAll(Engine engine, int waiting) {
    long millis = engine.status().perAnswer().toMillis() * Math.max(1, waiting);
    return Duration.ofSeconds(Math.clamp(Math.ceilDiv(millis, 1000), 1, 120));
  }

  @Test
  void whoWaitsForAPlaceGetsItInOrder() throws Exception {
    try (Engine engine = T5.engine(SMALL)) {
      List<Ticket> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(engine.submit(LONG));
      }
      List<Integer> order = Collections.synchronizedList(new ArrayList<>());
      List<Thread> offering = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int number = i;
        offering.add(
            Thread.startVirtualThread(
                () -> {
                  try {
                    engine.offer(LONG, Duration.ofMinutes(1));
                    order.add(number);
                  } catch (InterruptedException | EngineFullException e) {
                    order.add(-1);
                  }
                }));
        awaitWaiting(offering.getLast());
      }
      assertThat(order).isEmpty();
      // A place that is awaited goes to none who comes later.
      for (int freed = 0; freed < 3; freed++) {
        running.get(freed).cancel();
        offering.get(freed).join(Duration.ofSeconds(20));
        assertThat(order).hasSize(freed + 1);
        assertThatThrownBy(() -> engine.submit(LONG)).isInstanceOf(EngineFullException.class);
      }
      assertThat(order).containsExactly(0, 1, 2);
    }
  }

  /** Nothing but a place in the engine is waited for with a limit. */
  private static void awaitWaiting(Thread thread) {
    long begin = System.nanoTime();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).isTrue();
      assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(60));
      Thread.onSpinWait();
    }
  }

  @Test
  void patienceEnds() throws Exception {
    Engine engine = T5.engine(SMALL);
    for (int i = 0; i < 4; i++) {
      engine.submit(LONG);
    }
    long begin = System.nanoTime();
    assertThatThrownBy(() -> engine.offer(LONG, Duration.ofMillis(200)))
        .isInstanceOfSatisfying(
            EngineFullException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WAITING));
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
    assertThatThrownBy(() -> engine.offer(LONG, Duration.ZERO))
        .isInstanceOf(EngineFullException.class);

    OfferingFuture interrupted = new OfferingFuture(engine);
    awaitWaiting(interrupted.thread);
    assertThat(interrupted).isNotDone();
    interrupted.thread.interrupt();
    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);

    List<OfferingFuture> waiting = List.of(new OfferingFuture(engine), new OfferingFuture(engine));
    waiting.forEach(one -> awaitWaiting(one.thread));
    engine.close();
    for (OfferingFuture one : waiting) {
      assertThat(one.get(20, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              EngineFullException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
    }
  }

  private static final class OfferingFuture extends CompletableFuture<Throwable> {
    private final Thread thread;

    OfferingFuture(Engine engine) {
      this.thread =
          Thread.startVirtualThread(
              () -> {
                try {
                  engine.offer(LONG, Duration.ofDays(100_000));
                  complete(new AssertionError("taken"));
                } catch (InterruptedException | EngineFullException e) {
                  complete(e);
                }
              });
    }
  }

  @Test
  void whatFindsAPlaceAtOnceWaitsForNothing() throws Exception {
    try (Engine engine = T5.engine(SMALL)) {
      Ticket ticket = engine.offer(new Request(INPUT, SHORT), Duration.ZERO);
      assertThat(ticket.result().get(20, TimeUnit.SECONDS).orThrow().tokenIds())
          .isEqualTo(T5.generate(INPUT, SHORT).tokenIds());
      Ticket late = engine.offer(LONG, Duration.ofSeconds(9), Duration.ofMillis(60));
      assertThatThrownBy(() -> late.result().get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void whatNoEngineCouldTakeIsSaid() {
    try (Engine engine =
        T5.engine(SMALL.withMaxNewTokens(100).withMaxPromptTokens(1 << 20).withMemory(1 << 20))) {
      assertThatThrownBy(() -> engine.submit(new Request(INPUT, SHORT.withBeams(3))))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("3 rows of 2");
      assertThatThrownBy(() -> engine.submit(new Request(INPUT, SHORT.withMaxNewTokens(101))))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the engine allows 100");
      Input longer = Input.ofTokenIds(new int[100_000]);
      assertThatThrownBy(() -> engine.submit(new Request(longer, SHORT)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("of memory, the engine has 1 MB");
      assertThatThrownBy(
              () -> engine.submit(new Request(INPUT, SHORT.withSetting("bad_words_ids", "x"))))
          .isInstanceOf(InputException.class);
    }
    assertThatThrownBy(() -> EngineOptions.defaults().withMaxPromptTokens(0))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> EngineOptions.defaults().withMaxRows(0))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> EngineOptions.defaults().withMaxPause(Duration.ofMillis(-1)))
        .isInstanceOf(InputException.class);
  }

  /** Before anything of them is read, and before anybody waits for them. */
  @Test
  void longPromptsAreRefused() {
    try (Engine engine = T5.engine(SMALL.withMaxPromptTokens(100))) {
      checkRefused(engine, Input.ofTokenIds(new int[101]), "input_ids: comes to more than the 100");
      checkRefused(
          engine,
          INPUT.withDecoderPrefix(new int[101]),
          "decoder_input_ids: comes to more than the 100");
      checkRefused(engine, Input.ofText("x".repeat(10_000_000)), "prompt: has 10000000 characters");
      Request longest =
          new Request(
              Input.ofTokenIds(new int[100]).withDecoderPrefix(new int[100]),
              SHORT.withMaxNewTokens(1));
      assertThat(engine.submit(longest).result().join().orThrow().tokenIds()).hasSize(1);
    }
  }

  /** By the positions of an encoder that has few, whoever asks. */
  @Test
  void textsFarBeyondTheEncoderAreRefusedUnread() {
    try (EncoderDecoderModel bart = open("bart")) {
      assertThatThrownBy(() -> bart.generate(Input.ofText("x ".repeat(1 << 20)), SHORT))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("prompt: has 2097152 characters, more than the");
    }
  }

  private static void checkRefused(Engine engine, Input input, String message) {
    assertThatThrownBy(() -> engine.submit(new Request(input, SHORT)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(message);
  }
}
