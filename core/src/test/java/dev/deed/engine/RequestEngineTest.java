package dev.deed.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.ExitModel;
import dev.deed.decode.SearchStrategy;
import dev.deed.engine.Work.Outcome;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.Client;
import dev.deed.value.EngineListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Requests that leave at a moment at which nothing would show it by chance. */
final class RequestEngineTest {
  private static final ExitModel MODEL = ExitModel.open("t5-v1_1");

  @Test
  void whoIsCancelledOnTheWayIntoTheEncoderFailsNobody() throws Exception {
    HeldStep held = new HeldStep();
    EngineSettings settings =
        new EngineSettings(
            new Admission.Limits(8, 8, Long.MAX_VALUE / 2, 8),
            Duration.ofSeconds(1),
            8,
            1 << 20,
            1,
            1);
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine =
          new RequestEngine(MODEL.decoder(), MODEL.encoder(), List.of(pool), settings, held);
      Asked known = new Asked(MODEL, 0, 1);
      engine.submit(known);
      assertThat(known.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);

      held.next = new CountDownLatch(1);
      Asked running = new Asked(MODEL, 0, 40);
      engine.submit(running);
      assertThat(held.reached.await(60, SECONDS)).isTrue();

      Asked joining = new Asked(MODEL, 0, 1);
      Asked leaving = new Asked(MODEL, 1, 1);
      Asked beside = new Asked(MODEL, 2, 1);
      Asked last = new Asked(MODEL, 0, 1);
      engine.submit(joining);
      RequestEngine.Handle handle = Objects.requireNonNull(engine.submit(leaving));
      engine.submit(beside);
      engine.submit(last);
      // One thread reads them in this order: when it reads the last, the others wait for the loop.
      assertThat(last.isRead.await(60, SECONDS)).isTrue();
      joining.onDecoding = handle::cancel;
      held.next.countDown();

      assertThat(leaving.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Cancelled.class);
      for (Asked other : List.of(running, joining, beside, last)) {
        assertThat(other.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      }
      engine.close();
    }
  }

  /** Whoever made room for it is answered, and its rows are free. */
  @Test
  void whoseBeginningAListenerFailsOnFailsAlone() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    EngineListener second =
        new HeldStep() {
          @Override
          public void began(Duration waited) {
            if (begun.incrementAndGet() == 2) {
              throw new IllegalStateException("the second");
            }
          }
        };
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool, 1, second);
      List<Asked> asked =
          List.of(new Asked(MODEL, 0, 4), new Asked(MODEL, 1, 4), new Asked(MODEL, 2, 4));
      asked.forEach(engine::submit);
      assertThat(asked.get(0).outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      assertThat(asked.get(1).outcome.get(60, SECONDS))
          .isInstanceOfSatisfying(
              Outcome.Failed.class, failed -> assertThat(failed.cause()).hasMessage("the second"));
      assertThat(asked.get(2).outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      assertThat(engine.status().rows()).isZero();
      assertThat(engine.close()).isTrue();
    }
  }

  /** Several sequences are told when the search is over, while the answer is made. */
  @Test
  void whoseAnswerCannotBeMadeFailsAlone() throws Exception {
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool, 8, new HeldStep());
      Asked failing = new Asked(MODEL, 0, 4);
      failing.strategy = new SearchStrategy.Sampling(2, 1, List.of());
      failing.listener =
          (index, result) -> {
            throw new IllegalStateException("told");
          };
      Asked beside = new Asked(MODEL, 1, 8);
      engine.submit(failing);
      engine.submit(beside);
      assertThat(failing.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Failed.class);
      assertThat(beside.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      assertThat(engine.status().rows()).isZero();
      engine.close();
    }
  }

  /** A step that memory has failed, and no memory to tell all of it. */
  @Test
  void aLoopOutlivesWhatFailsIt() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    EngineListener failing =
        new HeldStep() {
          @Override
          public void step(int rows, Duration time) {
            if (rows == 2 && steps.incrementAndGet() == 2) {
              throw new OutOfMemoryError("a step");
            }
          }
        };
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool, 8, failing);
      List<Asked> lost = List.of(new Asked(MODEL, 0, 60), new Asked(MODEL, 1, 60));
      for (Asked one : lost) {
        one.onEnd =
            () -> {
              throw new OutOfMemoryError("telling");
            };
        engine.submit(one);
      }
      for (Asked one : lost) {
        assertThat(one.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Failed.class);
      }
      Asked later = new Asked(MODEL, 0, 4);
      engine.submit(later);
      assertThat(later.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      assertThat(engine.status().rows()).isZero();
      engine.close();
    }
  }

  @Test
  void failedStepsKeepNoMemory() throws Exception {
    EngineListener failing =
        new HeldStep() {
          @Override
          public void step(int rows, Duration time) {
            throw new IllegalStateException("measured");
          }
        };
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool, 1, failing);
      long taken = 0;
      for (int i = 0; i < 6; i++) {
        Asked asked = new Asked(MODEL, 0, 8);
        engine.submit(asked);
        assertThat(asked.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Failed.class);
        long now = MODEL.decoder().arrays().taken();
        assertThat(now).isLessThanOrEqualTo(i == 0 ? now : taken);
        taken = now;
      }
      engine.close();
    }
  }

  /** A closed engine's requests end as cancelled, those too that its readers have not begun. */
  @Test
  void whatWaitsForAReaderIsCancelledWhenTheEngineIsClosed() throws Exception {
    try (ThreadPool pool = ThreadPool.of(1)) {
      HeldStep held = new HeldStep();
      held.next = new CountDownLatch(1);
      RequestEngine engine = engine(pool, 8, held);
      List<Asked> asked =
          List.of(
              new Asked(MODEL, 0, 200),
              new Asked(MODEL, 1, 200),
              new Asked(MODEL, 2, 200),
              new Asked(MODEL, 0, 200));
      asked.forEach(engine::submit);
      Thread closing = Thread.startVirtualThread(engine::close);
      while (!engine.isClosed()) {
        Thread.onSpinWait();
      }
      held.next.countDown();
      closing.join();
      for (Asked one : asked) {
        assertThat(one.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Cancelled.class);
      }
    }
  }

  @Test
  void inputsThatTakeLongToReadHoldUpNoOthers() throws Exception {
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool, 8, new HeldStep());
      CountDownLatch slow = new CountDownLatch(1);
      List<Asked> large =
          List.of(new Asked(MODEL, 0, 4), new Asked(MODEL, 1, 4), new Asked(MODEL, 2, 4));
      for (Asked one : large) {
        one.slow = slow;
        engine.submit(one);
      }
      Asked small = new Asked(MODEL, 0, 4);
      engine.submit(small);
      assertThat(small.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      assertThat(large).noneMatch(one -> one.outcome.isDone());
      slow.countDown();
      for (Asked one : large) {
        assertThat(one.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      }
      engine.close();
    }
  }

  /** It holds all rows, and rests but for a few; both are answered. */
  @Test
  void aClientBeginsBesideTheFloodOfAnother() throws Exception {
    HeldStep held = new HeldStep();
    held.next = new CountDownLatch(1);
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool, 6, held);
      List<Asked> flood = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        flood.add(new Asked(MODEL, i % 3, 60_000));
        flood.getLast().client = Client.named("flood");
        engine.submit(flood.getLast());
      }
      assertThat(held.reached.await(60, SECONDS)).isTrue();
      Asked other = new Asked(MODEL, 0, 40);
      Asked urgent = new Asked(MODEL, 1, 40);
      urgent.client = new Client("urgent", 1, 3, 2);
      engine.submit(other);
      engine.submit(urgent);
      assertThat(engine.status().running()).isEqualTo(8);
      held.next.countDown();
      assertThat(other.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      assertThat(urgent.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      assertThat(flood).noneMatch(one -> one.outcome.isDone());
      engine.close();
      assertThat(engine.status().rows()).isZero();
    }
  }

  /** One reads inputs, which are kept. */
  private static RequestEngine engine(ThreadPool pool, int rows, EngineListener listener) {
    Admission.Limits limits = new Admission.Limits(rows, 8, Long.MAX_VALUE / 2, rows);
    return new RequestEngine(
        MODEL.decoder(),
        MODEL.encoder(),
        List.of(pool),
        new EngineSettings(limits, Duration.ofSeconds(1), rows, 1 << 20, 1, 1),
        listener);
  }

  /** Holds the loop after a step. */
  private static class HeldStep implements EngineListener {
    private final CountDownLatch reached = new CountDownLatch(1);
    private volatile CountDownLatch next = new CountDownLatch(0);

    @Override
    public void began(Duration waited) {}

    @Override
    public void encoded(int inputs, Duration time) {}

    @Override
    public void step(int rows, Duration time) {
      if (next.getCount() > 0) {
        reached.countDown();
      }
      try {
        assertThat(next.await(60, SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
