package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EngineFullException.Reason;
import dev.deed.Ticket.Event;
import dev.deed.model.front.PictureFront;
import dev.deed.tensor.memory.ArrayPool;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Places, ends and failures of requests in flight; answers are {@link EngineAnswersTest}'s. */
final class EngineTest {
  private static final Path FOLDERS =
      Path.of("../core/src/test/resources/golden/exits").toAbsolutePath();
  private static final EncoderDecoderModel T5 = open("t5-v1_1");
  private static final Input INPUT = Input.ofTokenIds(5, 6, 7, 8);
  private static final GenerationOptions SHORT = GenerationOptions.defaults().maxNewTokens(6);
  private static final EngineOptions SMALL =
      EngineOptions.defaults().maxRows(2).maxWaiting(2).knee(2).maxNewTokens(1 << 20);

  /** Runs until someone ends it. */
  private static final Request LONG =
      new Request(
          INPUT,
          GenerationOptions.defaults()
              .minNewTokens(60_000)
              .maxNewTokens(60_000)
              .exits(ExitSettings.full()));

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
        long begin = System.nanoTime();
        assertThatThrownBy(() -> engine.submit(LONG))
            .isInstanceOfSatisfying(
                EngineFullException.class,
                e -> {
                  assertThat(e.reason()).isEqualTo(Reason.WAITING);
                  assertThat(e.retryAfter())
                      .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(2));
                });
        assertThat(System.nanoTime() - begin).isLessThan(300_000_000L);
      }
      assertThat(engine.status().running()).isEqualTo(2);
      assertThat(engine.status().waiting()).isEqualTo(2);
    }
  }

  /** At the pace of the last answers, half a second each. */
  @Test
  void theLongerTheQueueTheLaterToComeAgain() throws Exception {
    Duration soon = retryAfter(100, 0);
    Duration later = retryAfter(100, 16);
    assertThat(retryAfter(0, 2)).isEqualTo(Duration.ofSeconds(1));
    assertThat(soon).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(later).isGreaterThan(soon).isBetween(Duration.ofSeconds(8), Duration.ofMinutes(2));
  }

  private static Duration retryAfter(int stepMillis, int waiting) throws Exception {
    EngineListener slow =
        new EngineListener() {
          @Override
          public void step(int rows, Duration time) {
            try {
              Thread.sleep(stepMillis);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    EngineOptions options =
        EngineOptions.defaults().maxRows(1).maxWaiting(waiting).knee(1).listener(slow);
    try (Engine engine = T5.engine(options)) {
      Request request = new Request(INPUT, SHORT);
      engine.submit(request).result().get(20, TimeUnit.SECONDS);
      engine.submit(request).result().get(20, TimeUnit.SECONDS);
      for (int i = 0; i <= waiting; i++) {
        engine.submit(request);
      }
      AtomicReference<Duration> told = new AtomicReference<>();
      assertThatThrownBy(() -> engine.submit(request))
          .isInstanceOfSatisfying(EngineFullException.class, e -> told.set(e.retryAfter()));
      return told.get();
    }
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
        Thread.sleep(50);
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
    Thread.sleep(50);
    assertThat(interrupted).isNotDone();
    interrupted.thread.interrupt();
    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);

    List<OfferingFuture> waiting = List.of(new OfferingFuture(engine), new OfferingFuture(engine));
    Thread.sleep(50);
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
  void rowsOfWhoeverIsCancelledAreFreeAtTheNextStep() throws Exception {
    try (Engine engine = T5.engine(SMALL)) {
      Ticket first = engine.submit(LONG);
      Ticket second = engine.submit(LONG);
      Ticket waiting = engine.submit(new Request(INPUT, SHORT));
      Ticket leaving = engine.submit(LONG);
      assertThat(first.next(Duration.ofSeconds(20))).isInstanceOf(Event.Emitted.class);
      assertThat(waiting.phase()).isNotEqualTo(Ticket.Phase.ENDED);
      leaving.cancel();
      second.cancel();
      assertThat(waiting.result().get(20, TimeUnit.SECONDS).orThrow().tokenIds())
          .isEqualTo(T5.generate(INPUT, SHORT).tokenIds());
      assertThatThrownBy(second.result()::join).isInstanceOf(CancellationException.class);
      assertThatThrownBy(leaving.result()::join).isInstanceOf(CancellationException.class);
      assertThat(engine.status().running()).isEqualTo(1);
      first.cancel();
      awaitEmpty(engine);
      assertThat(first.next(Duration.ofSeconds(5))).isNotNull();
    }
  }

  @Test
  void aDeadlineEndsARequest() {
    try (Engine engine = T5.engine(SMALL)) {
      Ticket late = engine.submit(LONG, Duration.ofMillis(60));
      assertThatThrownBy(() -> late.result().get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
      awaitEmpty(engine);
    }
  }

  @Test
  void closingEndsAll() {
    Engine engine = T5.engine(SMALL);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tickets.add(engine.submit(LONG));
    }
    engine.close();
    engine.close();
    for (Ticket ticket : tickets) {
      assertThatThrownBy(() -> ticket.result().get(20, TimeUnit.SECONDS))
          .isInstanceOfAny(CancellationException.class);
    }
    assertThatThrownBy(() -> engine.submit(LONG))
        .isInstanceOfSatisfying(
            EngineFullException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
  }

  @Test
  void tokensAreToldAsTheyComeAndTheResultIsThereAtTheEnd() throws InterruptedException {
    try (Engine engine = T5.engine(SMALL)) {
      for (GenerationOptions options : List.of(SHORT, SHORT.beams(2), SHORT.sampling(true))) {
        Generation alone = T5.generate(INPUT, options);
        Ticket ticket = engine.submit(new Request(INPUT, options));
        List<Token> tokens = new ArrayList<>();
        Event event = ticket.next(Duration.ofSeconds(20));
        while (event instanceof Event.Emitted emitted) {
          tokens.add(emitted.token());
          event = ticket.next(Duration.ofSeconds(20));
        }
        assertThat(event).isInstanceOf(Event.Ended.class);
        assertThat(ticket.result()).isCompleted();
        assertThat(tokens).isEqualTo(alone.tokens());
        assertThat(ticket.next(Duration.ZERO)).isEqualTo(new Event.Ended(""));
        assertThat(ticket.phase()).isEqualTo(Ticket.Phase.ENDED);
        assertThat(ticket.sourceLength()).isEqualTo(4);
      }
    }
  }

  @Test
  void aRowThatFailsFailsAlone() {
    try (EncoderDecoderModel model = open("vision");
        Engine engine = model.engine(EngineOptions.defaults().maxRows(16).knee(4))) {
      PictureFront front = (PictureFront) model.internals().spec().encoder().front();
      List<Integer> shape = List.of(front.channels(), front.height(), front.width());
      int size = front.channels() * front.height() * front.width();
      List<Ticket> tickets = new ArrayList<>();
      List<Request> requests = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        float[] pixels = new float[size];
        Arrays.fill(pixels, i == 7 ? Float.NaN : 0.1f * i);
        Input input = Input.empty().withTensor("pixel_values", pixels, shape);
        requests.add(new Request(i == 9 ? Input.ofImage(new byte[30]) : input, SHORT));
        tickets.add(engine.submit(requests.get(i)));
      }
      for (int i = 0; i < 16; i++) {
        Result result = tickets.get(i).result().join();
        if (i == 7 || i == 9) {
          assertThat(result).isInstanceOf(Result.Refused.class);
        } else {
          assertThat(result.orThrow().sequences())
              .isEqualTo(model.generate(requests.get(i).input(), SHORT).sequences());
        }
      }
      awaitEmpty(engine);
    }
  }

  private static EngineListener counting(AtomicInteger encoded) {
    return new EngineListener() {
      @Override
      public void encoded(int inputs, Duration time) {
        encoded.addAndGet(inputs);
      }
    };
  }

  @Test
  void theSameInputIsEncodedOnce() {
    AtomicInteger encoded = new AtomicInteger();
    EngineListener counter = counting(encoded);
    try (Engine engine = T5.engine(SMALL.listener(counter))) {
      Request full = new Request(INPUT, SHORT.exits(ExitSettings.full()));
      Generation first = engine.submit(full).result().join().orThrow();
      Generation second = engine.submit(full).result().join().orThrow();
      Generation third =
          engine
              .submit(new Request(INPUT, SHORT.exits(ExitSettings.maxProbability(0.2))))
              .result()
              .join()
              .orThrow();
      assertThat(encoded).hasValue(1);
      assertThat(second.sequences()).isEqualTo(first.sequences());
      assertThat(second.timing().encodeMillis()).isZero();
      assertThat(third.timing().encodeMillis()).isZero();
      engine.submit(new Request(Input.ofTokenIds(5, 6, 7), SHORT)).result().join();
      assertThat(encoded).hasValue(2);
    }
    try (Engine engine = T5.engine(SMALL.encodedBytes(0).listener(counter))) {
      engine.submit(new Request(INPUT, SHORT)).result().join();
      engine.submit(new Request(INPUT, SHORT)).result().join();
      assertThat(encoded).hasValue(4);
    }
  }

  /** In an engine at once, and in a batch; each answer is the one of its question alone. */
  @Test
  void severalQuestionsAboutOnePageAreEncodedOnce() {
    List<Request> questions =
        IntStream.range(1, 7)
            .mapToObj(word -> new Request(INPUT.withDecoderPrefix(new int[] {0, word}), SHORT))
            .toList();
    List<List<GeneratedSequence>> alone =
        questions.stream().map(one -> T5.generate(one.input(), SHORT).sequences()).toList();
    AtomicInteger encoded = new AtomicInteger();
    EngineListener counter = counting(encoded);
    try (Engine engine = T5.engine(SMALL.maxRows(6).maxWaiting(6).listener(counter))) {
      List<Ticket> tickets = questions.stream().map(engine::submit).toList();
      List<List<GeneratedSequence>> together =
          tickets.stream().map(one -> one.result().join().orThrow().sequences()).toList();
      assertThat(together).isEqualTo(alone);
      assertThat(encoded).hasValue(1);
    }
    List<Result> batch = T5.generate(questions);
    assertThat(batch.stream().map(one -> one.orThrow().sequences()).toList()).isEqualTo(alone);
    assertThat(batch.stream().map(one -> one.orThrow().timing().encodeMillis()).distinct())
        .hasSize(1);
  }

  /** Twenty times as many requests as there are places: each is answered or refused. */
  @Test
  void overloadLeavesNothingBehind() {
    ArrayPool pool;
    try (Engine engine = T5.engine(SMALL)) {
      pool = engine.preparation().exits().decoder().arrays();
      long idle = pool.taken();
      int refused = 0;
      List<Ticket> taken = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        try {
          taken.add(engine.submit(new Request(INPUT, SHORT), Duration.ofSeconds(30)));
        } catch (EngineFullException e) {
          refused++;
          Thread.yield();
        }
      }
      taken.forEach(ticket -> ticket.result().join().orThrow());
      assertThat(refused).isPositive();
      awaitEmpty(engine);
      // Blocks of rows stay with the batch, as many as its largest step took.
      assertThat(pool.taken() - idle).isLessThan(1 << 20);
    }
    assertThat(pool.taken()).isZero();
  }

  @Test
  void whatNoEngineCouldTakeIsSaid() {
    try (Engine engine =
        T5.engine(SMALL.maxNewTokens(100).maxPromptTokens(1 << 20).memory(1 << 20))) {
      assertThatThrownBy(() -> engine.submit(new Request(INPUT, SHORT.beams(3))))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("3 rows of 2");
      assertThatThrownBy(() -> engine.submit(new Request(INPUT, SHORT.maxNewTokens(101))))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the engine allows 100");
      Input longer = Input.ofTokenIds(new int[100_000]);
      assertThatThrownBy(() -> engine.submit(new Request(longer, SHORT)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("of memory, the engine has 1 MB");
      assertThatThrownBy(
              () -> engine.submit(new Request(INPUT, SHORT.setting("bad_words_ids", "x"))))
          .isInstanceOf(InputException.class);
    }
    assertThatThrownBy(() -> EngineOptions.defaults().maxPromptTokens(0))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> EngineOptions.defaults().maxRows(0))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> EngineOptions.defaults().maxPause(Duration.ofMillis(-1)))
        .isInstanceOf(InputException.class);
  }

  /** Before anything of them is read, and before anybody waits for them. */
  @Test
  void longPromptsAreRefused() {
    try (Engine engine = T5.engine(SMALL.maxPromptTokens(100))) {
      checkRefused(engine, Input.ofTokenIds(new int[101]), "input_ids: comes to more than the 100");
      checkRefused(
          engine,
          INPUT.withDecoderPrefix(new int[101]),
          "decoder_input_ids: comes to more than the 100");
      checkRefused(engine, Input.ofText("x".repeat(10_000_000)), "prompt: has 10000000 characters");
      Request longest =
          new Request(
              Input.ofTokenIds(new int[100]).withDecoderPrefix(new int[100]),
              SHORT.maxNewTokens(1));
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

  /** What is encoded for a minute holds up nobody, and ends with its request. */
  @Test
  void smallRequestsAreAnsweredBesideALongOne() throws Exception {
    try (Engine engine = T5.engine(SMALL.maxPromptTokens(1 << 20))) {
      Ticket longOne = engine.submit(new Request(Input.ofTokenIds(new int[50_000]), SHORT));
      Ticket small = engine.submit(new Request(INPUT, SHORT));
      assertThat(small.result().get(30, TimeUnit.SECONDS).orThrow().tokenIds())
          .isEqualTo(T5.generate(INPUT, SHORT).tokenIds());
      assertThat(longOne.result()).isNotDone();
      longOne.cancel();
      awaitEmpty(engine);
    }
  }

  @Test
  void theKneeIsMeasuredWhereItIsNotGiven() {
    try (Engine engine = T5.engine(EngineOptions.defaults().maxRows(8))) {
      assertThat(engine.submit(new Request(INPUT, SHORT)).result().join().orThrow().tokenIds())
          .isEqualTo(T5.generate(INPUT, SHORT).tokenIds());
    }
  }

  private static void awaitEmpty(Engine engine) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (engine.status().running() + engine.status().waiting() > 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(engine.status()).isEqualTo(new Engine.Status(0, 0, 0, 0, Duration.ZERO));
  }
}
