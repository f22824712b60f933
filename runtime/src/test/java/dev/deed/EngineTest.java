package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EngineFullException.Reason;
import dev.deed.Ticket.Event;
import dev.deed.model.front.PictureFront;
import dev.deed.tensor.ArrayPool;
import dev.deed.value.EngineListener;
import dev.deed.value.EngineStatus;
import dev.deed.value.ExitSettings;
import dev.deed.value.Phase;
import dev.deed.value.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Ends and failures of requests in flight; places are {@link EnginePlacesTest}'s, answers {@link
 * EngineAnswersTest}'s.
 */
final class EngineTest {
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
  void rowsOfWhoeverIsCancelledAreFreeAtTheNextStep() throws Exception {
    try (Engine engine = T5.engine(SMALL)) {
      Ticket first = engine.submit(LONG);
      Ticket second = engine.submit(LONG);
      Ticket waiting = engine.submit(new Request(INPUT, SHORT));
      Ticket leaving = engine.submit(LONG);
      assertThat(first.next(Duration.ofSeconds(20))).isInstanceOf(Event.Emitted.class);
      assertThat(waiting.phase()).isNotEqualTo(Phase.ENDED);
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
      assertThatThrownBy(late::await)
          .isInstanceOf(CompletionException.class)
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
      assertThatThrownBy(ticket::await).isInstanceOf(CancellationException.class);
    }
    assertThatThrownBy(() -> engine.submit(LONG))
        .isInstanceOfSatisfying(
            EngineFullException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
  }

  @Test
  void tokensAreToldAsTheyComeAndTheResultIsThereAtTheEnd() throws InterruptedException {
    try (Engine engine = T5.engine(SMALL)) {
      for (GenerationOptions options :
          List.of(SHORT, SHORT.withBeams(2), SHORT.withSampling(true))) {
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
        assertThat(ticket.phase()).isEqualTo(Phase.ENDED);
        assertThat(ticket.sourceLength()).isEqualTo(4);
      }
    }
  }

  @Test
  void aRowThatFailsFailsAlone() {
    try (EncoderDecoderModel model = open("vision");
        Engine engine = model.engine(EngineOptions.defaults().withMaxRows(16).withKnee(4))) {
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
        Result<Generation> result = tickets.get(i).result().join();
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
    try (Engine engine = T5.engine(SMALL.withListener(counter))) {
      Request full = new Request(INPUT, SHORT.withExits(ExitSettings.full()));
      Generation first = engine.submit(full).result().join().orThrow();
      Generation second = engine.submit(full).result().join().orThrow();
      Generation third =
          engine
              .submit(new Request(INPUT, SHORT.withExits(ExitSettings.maxProbability(0.2))))
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
    try (Engine engine = T5.engine(SMALL.withEncodedBytes(0).withListener(counter))) {
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
    try (Engine engine = T5.engine(SMALL.withMaxRows(6).withMaxWaiting(6).withListener(counter))) {
      List<Ticket> tickets = questions.stream().map(engine::submit).toList();
      List<List<GeneratedSequence>> together =
          tickets.stream().map(one -> one.result().join().orThrow().sequences()).toList();
      assertThat(together).isEqualTo(alone);
      assertThat(encoded).hasValue(1);
    }
    List<Result<Generation>> batch = T5.generate(questions);
    assertThat(batch.stream().map(one -> one.orThrow().sequences()).toList()).isEqualTo(alone);
    assertThat(batch.stream().map(one -> one.orThrow().timing().encodeMillis()).distinct())
        .hasSize(1);
  }

  /** Twenty times as many requests as there are places: each is answered or refused. */
  @Test
  void overloadLeavesNothingBehind() {
    ArrayPool pool;
    CountDownLatch refusing = new CountDownLatch(1);
    EngineListener held =
        new EngineListener() {
          @Override
          public void step(int rows, Duration time) {
            try {
              refusing.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    try (Engine engine = T5.engine(SMALL.withListener(held))) {
      pool = engine.preparation().exits().decoder().arrays();
      long idle = pool.taken();
      int refused = 0;
      List<Ticket> taken = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        try {
          taken.add(engine.submit(new Request(INPUT, SHORT), Duration.ofMinutes(2)));
        } catch (EngineFullException e) {
          refused++;
          refusing.countDown();
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

  /** What is encoded for a minute holds up nobody, and ends with its request. */
  @Test
  void smallRequestsAreAnsweredBesideALongOne() throws Exception {
    try (Engine engine = T5.engine(SMALL.withMaxPromptTokens(1 << 20))) {
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
    try (Engine engine = T5.engine(EngineOptions.defaults().withMaxRows(8))) {
      assertThat(engine.submit(new Request(INPUT, SHORT)).result().join().orThrow().tokenIds())
          .isEqualTo(T5.generate(INPUT, SHORT).tokenIds());
    }
  }

  private static void awaitEmpty(Engine engine) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (engine.status().running() + engine.status().waiting() > 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(engine.status())
        .isEqualTo(new EngineStatus(0, 0, 0, 0, Duration.ZERO, Duration.ZERO));
  }
}
